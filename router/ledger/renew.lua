-- Lets a held hold's lease end later, or sooner. ARGV from the third: the hold, and the lease in ms.
local id, lease = ARGV[3], ARGV[4]
local hold = find(id)
if not hold then
  return 'missing ' .. now_ms
end
if hold.state ~= 'held' then
  return 'renewed ' .. now_ms .. ' no'
end
redis.call('ZADD', LEASES, format('%.0f', now + lease), id)
return 'renewed ' .. now_ms .. ' yes'
