-- Goes before the scripts that ask how accounts stand; an account is two arguments, its key and its terms: `AMOUNT START
-- END 0` for the period that the client takes for this moment's, or `AMOUNT SPAN 0 STEP` for a rolling window.
local function stand(account, terms)
  local amount, start, ends, step = match(terms, '^(%S+) (%S+) (%S+) (%S+)$')
  local second = math.floor(now / 1000)
  if step == '0' then
    if second < tonumber(start) or second >= tonumber(ends) then
      return nil
    end
    local field = start .. ' ' .. account
    local spent, held, unknown, peak = read_row(redis.call('HGET', ROWS, field))
    return {
      amount = amount, start = start, ends = ends, field = field,
      spent = spent, held = held, unknown = unknown, peak = peak,
      own = {spent, held, unknown},
    }
  end
  local span = tonumber(start)
  step = tonumber(step)
  local first = second - second % step
  local fields = {}
  for at = first, second - span - step + 1, -step do
    fields[#fields + 1] = format('%.0f ', at) .. account
  end
  local found = redis.call('HMGET', ROWS, unpack(fields))
  local sums = {
    amount = amount, start = format('%.0f', first), ends = format('%.0f', first + span + step), field = fields[1],
    spent = 0, held = 0, unknown = 0, peak = 0,
    own = {read_row(found[1])},
  }
  for at = 1, #fields do
    if found[at] then
      local spent, held, unknown, peak = read_row(found[at])
      sums.spent, sums.held, sums.unknown = sums.spent + spent, sums.held + held, sums.unknown + unknown
      sums.peak = math.max(sums.peak, peak)
    end
  end
  return sums
end

-- all accounts of the arguments from the one at `first`; nothing where the client is wrong about the moment
local function stand_all(first)
  local standings = {}
  for at = first, #ARGV, 2 do
    local each = stand(ARGV[at], ARGV[at + 1])
    if not each then
      return nil
    end
    each.used = each.spent + each.held + each.unknown
    standings[#standings + 1] = each
  end
  return standings
end

local function shown(standings, more)
  local words = {}
  for at, each in ipairs(standings) do
    words[at] = format(
      '%s %s %.0f %.0f %.0f %.0f', each.amount, each.ends, each.spent, each.held + more, each.unknown, each.peak)
  end
  return table.concat(words, ' ')
end
