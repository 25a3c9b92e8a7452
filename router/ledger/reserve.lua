-- Holds a ceiling against every account, or against none. ARGV from the third: key, token, ceiling, lease in ms, the act
-- at the end of the lease, whether doubtful attempts are passed over, what is kept for reports, and the accounts.
local key, token, ceiling, lease, after, passable, about = unpack(ARGV, 3, 9)
local PASSABLE = {released = true, unknown = passable == 'yes', assumed = passable == 'yes'}

local attempt, id, in_the_way = 1, key .. '#1', nil
local earlier = find(id)
while earlier do
  local own = earlier.token == token
  if own and earlier.state == 'held' then
    local until_ms = redis.call('ZSCORE', LEASES, id)
    local head = format('same %s %d %.0f %.0f %s ', now_ms, attempt, earlier.ceiling, earlier.at, until_ms)
    local _, kept = match(redis.call('LINDEX', ENTRIES, earlier.line - 1), '^([^\n]*)\n(.*)$')
    return head .. earlier.seen .. '\n' .. kept
  end
  if own or not in_the_way and not PASSABLE[earlier.state] then
    in_the_way = format('taken %s %d %s %.0f %.0f', now_ms, attempt, earlier.state, earlier.micros, earlier.at)
  end
  if own then
    break
  end
  attempt = attempt + 1
  id = format('%s#%d', key, attempt)
  earlier = find(id)
end
if in_the_way then
  return in_the_way
end

local standings = stand_all(10)
if not standings then
  return 'misdated ' .. now_ms
end
ceiling = tonumber(ceiling)
for _, each in ipairs(standings) do
  if ceiling > tonumber(each.amount) - each.used then
    return 'short ' .. now_ms .. ' ' .. shown(standings, 0)
  end
end

local fields, rows, starts = {}, {}, {}
for at, each in ipairs(standings) do
  local spent, held, unknown = unpack(each.own, 1, 3)
  fields[at], starts[at] = each.field, each.start
  rows[2 * at - 1] = each.field
  rows[2 * at] = row_text(spent, held + ceiling, unknown, math.max(each.peak, each.used + ceiling))
end
if #rows > 0 then
  redis.call('HSET', ROWS, unpack(rows))
end
local until_ms = format('%.0f', now + lease)
local seen = shown(standings, ceiling)
local entry = format('%s reserve %d %.0f %s\n', now_ms, attempt, ceiling, table.concat(starts, ','))
local line = redis.call('RPUSH', ENTRIES, entry .. about)
keep(id, {
  token = token, state = 'held', ceiling = ceiling, micros = ceiling, at = now,
  after = after, line = line, fields = fields, seen = seen,
})
redis.call('ZADD', LEASES, until_ms, id)
return format('held %s %d %.0f %s %s ', now_ms, attempt, ceiling, now_ms, until_ms) .. seen
