-- Stands before every other script: is this the ledger that the client knows, what time is it, whose lease is over.
-- Amounts are doubles, exact below 2^53; they travel as text, and %.0f keeps one from turning into 1e+15.
local BOOK, ROWS, HOLDS, LEASES, ENTRIES = unpack(KEYS)
local TOO_LARGE, BATCH = 2 ^ 53, 500
local COLUMN = {settled = 1, assumed = 1, held = 2, unknown = 3} -- of a row: spent, held, unknown, and the peak
local format, match = string.format, string.match

if redis.call('GET', BOOK) ~= ARGV[1] then
  return 'changed'
end

local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local now_ms = format('%.0f', now)

-- a row: what stands against an account in a period
local function read_row(raw)
  if not raw then
    return 0, 0, 0, 0
  end
  local spent, held, unknown, peak = match(raw, '^(%S+) (%S+) (%S+) (%S+)$')
  return tonumber(spent), tonumber(held), tonumber(unknown), tonumber(peak)
end

local function row_text(spent, held, unknown, peak)
  return format('%.0f %.0f %.0f %.0f', spent, held, unknown, peak)
end

-- a hold: a settled one never changes, so nothing is kept of where it stood
local function find(id)
  local raw = redis.call('HGET', HOLDS, id)
  if not raw then
    return nil
  end
  local hold = {}
  hold.token, hold.state, hold.ceiling, hold.micros, hold.at, hold.after, hold.line, hold.fields, hold.seen =
    cmsgpack.unpack(raw)
  return hold
end

local function keep(id, hold)
  local raw
  if hold.state == 'settled' then
    raw = cmsgpack.pack(hold.token, hold.state, hold.ceiling, hold.micros, hold.at)
  else
    raw = cmsgpack.pack(
      hold.token, hold.state, hold.ceiling, hold.micros, hold.at, hold.after, hold.line, hold.fields, hold.seen)
  end
  redis.call('HSET', HOLDS, id, raw)
end

-- takes a step of the table AFTER; says whether there was one, and whether its amount is too large to be kept
local function change(id, hold, act, bill)
  local state = AFTER[hold.state .. ' ' .. act]
  if not state then
    return false
  end
  local counts = hold.ceiling
  if state == 'settled' then
    counts = bill
  elseif state == 'released' then
    counts = 0
  end
  local fields = hold.fields
  if #fields > 0 then
    local from, to, changed = COLUMN[hold.state], COLUMN[state], {}
    for place, raw in ipairs(redis.call('HMGET', ROWS, unpack(fields))) do
      local row = {read_row(raw)}
      if from then row[from] = row[from] - hold.micros end
      if to then row[to] = row[to] + counts end
      if row[1] + row[2] + row[3] >= TOO_LARGE then
        return false, true
      end
      changed[2 * place - 1], changed[2 * place] = fields[place], row_text(unpack(row))
    end
    redis.call('HSET', ROWS, unpack(changed))
  end
  local micros = state == 'released' and hold.micros or counts
  hold.state, hold.micros, hold.seen = state, counts, ''
  keep(id, hold)
  if state ~= 'unknown' then
    redis.call('ZREM', LEASES, id)
  end
  local key, attempt = match(id, '^(.*)#(%d+)$')
  redis.call('RPUSH', ENTRIES, format('%s %s %s %.0f\n', now_ms, act, attempt, micros) .. key)
  return true
end

local due = redis.call('ZRANGEBYSCORE', LEASES, '-inf', now_ms, 'LIMIT', 0, BATCH)
for _, id in ipairs(due) do
  local hold = find(id)
  change(id, hold, hold.after)
end
if #due == BATCH then
  return 'again'
end
