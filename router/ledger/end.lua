-- Ends a hold, or leaves it unknown. ARGV from the third: the hold, the act, and the bill of a `settle`.
local id, act, bill = ARGV[3], ARGV[4], tonumber(ARGV[5])
local hold = find(id)
if not hold then
  return 'missing ' .. now_ms
end
local covered = hold.state == 'released' and 0 or hold.ceiling
local changed, too_large = change(id, hold, act, bill)
if too_large then
  return 'large ' .. now_ms
end
local over = changed and bill and math.max(bill - covered, 0) or 0
return format('ended %s %s %s %.0f %.0f', now_ms, hold.state, changed and 'yes' or 'no', hold.micros, over)
