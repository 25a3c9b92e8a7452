-- Puts a first line in the place of the one that was seen (`''`: none), and says which one stands there now.
-- ARGV: the line seen, the new one (`''`: only look), and `new` where a ledger begins.
local line = redis.call('GET', KEYS[1]) or ''
if line ~= ARGV[1] or ARGV[2] == '' then
  return line
end
if line == '' and ARGV[3] == 'new' and redis.call('EXISTS', unpack(KEYS, 2)) > 0 then
  return 'torn'
end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
