-- Says how accounts stand. ARGV from the third: the accounts.
local standings = stand_all(3)
if not standings then
  return 'misdated ' .. now_ms
end
return 'left ' .. now_ms .. ' ' .. shown(standings, 0)
