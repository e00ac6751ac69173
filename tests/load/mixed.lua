-- Tiles, items and aggregates as a busy dashboard asks for them: paths of the file named by PATHS, in turn.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do
  paths[#paths + 1] = line
end
local at = 0

function setup(thread)
  thread:set("offset", math.random(#paths))
end

function init(args)
  at = offset or 0
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function response(status, headers, body)
  if status ~= 200 and status ~= 204 then
    bad = (bad or 0) + 1
    if bad <= 5 then
      print("status " .. status .. ": " .. string.sub(body, 1, 300))
    end
  end
end

function done(summary, latency, requests)
  local median, p99 = latency:percentile(50), latency:percentile(99)
  io.write(string.format("requests %d\nmedian_ms %.3f\np99_ms %.3f\np99_by_median %.1f\n",
    summary.requests, median / 1000, p99 / 1000, p99 / median))
  io.write(string.format("errors status=%d connect=%d read=%d write=%d timeout=%d\n",
    summary.errors.status, summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.timeout))
end
