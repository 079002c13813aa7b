#!/bin/sh
# shellcheck shell=dash
# Runs in the guest, beside the simulator: changes the world through $SENSORS and looks at what the gateway says of it.
bus="${I2C_BUS#/dev/i2c-}"
sed -e "s|BUS|$bus|" -e "s|CHIP|$GPIO_CHIP|" /guest.yaml >/config.yaml
mkdir -p /data /sys/kernel/debug
mount -t tmpfs data /data
mount -t debugfs debug /sys/kernel/debug
ip link set lo up
failures=0

# A board without a clock battery.
busybox date -u -s '1970-01-01 00:02:00' >/dev/null

now() { cut -d' ' -f1 /proc/uptime; }
since() { echo "$1 $(now)" | awk '{ printf "%.1f", $2 - $1 }'; }
ok() { echo "ok   $*"; }
fail() { echo "FAIL $*"; failures=$((failures + 1)); }
world() { echo "$*" >"$SENSORS"; }

# One sensor's entry of the status, and a member of it.
entry() { wget -q -O - http://127.0.0.1:8080/api/status | tr '{' '\n' | grep "\"name\":\"$1\""; }
member() { sed -n "s/.*\"$1\":\(\"[^\"]*\"\|[^,}]*\).*/\1/p"; }
value() { entry "$1" | member value; }
near() { echo "$1 $2 $3" | awk '{ d = $1 - $2; exit !($1 != "null" && NF == 3 && d <= $3 && -d <= $3) }'; }

is_near() { near "$(value "$1")" "$2" "$3"; }
has_problem() { entry "$1" | member problem | grep -q "$2"; }
is_well() { entry "$1" | grep -q '"stale":false,"problem":null'; }
is_stale() { entry "$1" | grep -q '"stale":true'; }
told() { grep -q "$1" /tap; }
driven() { grep -q "gpio-.*edgestream.*out $1" /sys/kernel/debug/gpio; }
spi() { echo "$*" >/spi.new && mv /spi.new /spi; }
edges() { grep -c '"door":' /tap; }
has_edges() { [ "$(edges)" -ge "$1" ]; }
count() { entry "$1" | member "$2"; }
goes_on() { [ "$(count "$1" readings)" -gt "$2" ]; }

# The first record's time, in seconds since 1970, and whether it has moved as far as the clock.
records() { wget -q -O - "http://127.0.0.1:8080/api/streams/readings/records?limit=$1" | tr '{' '\n'; }
arrivals() { records "$1" | sed -n 's/.*"arrivalTime":"\([^"]*\)".*/\1/p'; }
first_arrival() { busybox date -u -D '%Y-%m-%dT%H:%M:%S' -d "$(arrivals 1 | cut -d. -f1)" +%s; }
has_moved() { near "$(($(first_arrival) - $1))" "$2" 1; }

# The simulator answers before anything else in the guest: the bridge's driver gives a transfer 50 ms.
busybox renice -n -20 -p "$(busybox pidof cp2112sim)" >/dev/null || echo 'the simulator has no priority'

# Waits until something holds, and tells how long that took.
within() { # seconds name command...
  local limit="$1" name="$2" began
  shift 2
  began=$(now)
  until "$@"; do
    if [ "$(since "$began" | cut -d. -f1)" -ge "$limit" ]; then
      fail "$name: not within $limit s; $(entry "${2:-}" 2>/dev/null)"
      return
    fi
    usleep 100000
  done
  took=$(since "$began")
  if [ "${took%.*}" -gt "$limit" ]; then fail "$name: only after $took s"; else ok "$name ($took s)"; fi
}

# Changes the world and waits until a sensor shows it. Where the sensor's reading has failed meanwhile, which is what a
# host without time for the guest does to the bridge, the next value is tried once the sensor is well again.
follows() { # seconds name sensor tolerance 'command with %s' value...
  local limit="$1" name="$2" sensor="$3" tolerance="$4" command="$5" tries=0 failed began
  shift 5
  for next in "$@"; do
    tries=$((tries + 1))
    failed=$(count "$sensor" failures)
    # shellcheck disable=SC2059
    world "$(printf "$command" "$next")"
    began=$(now)
    until is_near "$sensor" "$next" "$tolerance" || [ "$(since "$began" | cut -d. -f1)" -gt "$limit" ]; do
      usleep 100000
    done
    took=$(since "$began")
    if is_near "$sensor" "$next" "$tolerance" && [ "${took%.*}" -le "$limit" ]; then
      ok "$name ($took s$([ $tries = 1 ] || echo ", at change $tries: transfers had failed"))"
      return
    fi
    if [ "$(count "$sensor" failures)" = "$failed" ]; then
      fail "$name: not within $limit s; $(entry "$sensor")"
      return
    fi
    echo "     $name: transfers failed; $(entry "$sensor" | member problem)"
    began=$(now)
    until is_well "$sensor" || [ "$(since "$began" | cut -d. -f1)" -ge 62 ]; do usleep 200000; done
  done
  fail "$name: transfers failed each time; $(entry "$sensor")"
}

spi 2475 -31 8000
spisim /spi &
began=$(now)
edgestream run --config /config.yaml >/log 2>&1 &
gateway=$!
until wget -q -O /dev/null http://127.0.0.1:8080/health 2>/dev/null; do
  kill -0 $gateway 2>/dev/null || { cat /log; echo "FAIL the gateway does not start"; exit 1; }
  usleep 200000
done
echo "the gateway answers after $(since "$began") s"
edgestream tap readings --json --from trim-horizon >/tap 2>/tap.log &

edgestream sensors list >/list 2>/list.log
for sensor in 'hwmon lm75 temp1' 'iio bme280 pressure' 'hwmon sht3x humidity1' 'w1 28-665544332211'; do
  if grep -q "^$sensor" /list; then ok "listed: $(grep "^$sensor" /list | tr '\t' ' ')"; else fail "listed: $sensor"; fi
done
lines=$(edgestream sensors list --lines | grep -c "$GPIO_CHIP")
if [ "$lines" = 8 ]; then ok "listed: 8 lines"; else fail "listed: $lines lines"; fi

within 20 'LM75 by hwmon' is_near lm75 25.5 0
within 20 'BME280 temperature by iio' is_near bme_temperature 21.5 0.02
within 20 'BME280 pressure by iio' is_near bme_pressure 101325 10
within 20 'BME280 humidity by iio' is_near bme_humidity 45 0.1
within 20 'SHT3x temperature by hwmon' is_near sht_temperature 23 0.01
within 20 'SHT3x humidity by hwmon' is_near sht_humidity 45 0.01
within 30 'DS18B20 by 1-Wire' is_near ds 20 0
within 30 'DS18B20, calibrated to Fahrenheit' is_near ds_fahrenheit 68 0
within 20 'a register that a driver has is refused' has_problem lm75_raw 'has a driver'
within 20 'SPI, a converter asked with a command' is_near spi_volts 2.475 0
within 20 'SPI, a thermocouple that is only listened to' is_near spi_kiln -7.75 0
within 20 'SPI, a chip that is set up first, in another mode' is_near spi_rtd 8000 0
if told '"lm75":25.5' && told '"units":{"lm75":"Cel"}'; then ok 'records hold values and units'; else fail 'records'; fi

echo '-- values that change, read every 3 s'
follows 4 'LM75 follows within its period' lm75 0 'lm75 %s' 30.5 31.5 32.5 33.5 34.5
follows 4 'BME280 follows within its period' bme_temperature 0.02 'bme %s 500 80' -20 -10 0 10 20
follows 4 'SHT3x follows within its period' sht_temperature 0.01 'sht %s 61.5' 30.25 31.25 32.25 33.25 34.25
follows 6 'DS18B20 follows within its period and its conversions' ds 0 'ds %s' -7.25 -8.25 -9.25 -10.25 -11.25
world ds -7.25
spi 1250 400 9000
within 4 'SPI follows within its period' is_near spi_kiln 100 0
rm /spi
within 40 'SPI that the kernel refuses is stale' is_stale spi_volts
spi 1250 400 9000
within 62 'SPI is read again' is_near spi_volts 1.25 0

echo '-- lines'
at=$(edges)
for level in 1 0 1 0 1; do world gpio 2 $level; usleep 400000; done
within 10 'five edges are five records' has_edges $((at + 5))
seen=$(grep '"door":' /tap | tail -n 5 | sed 's/.*"door":\([a-z]*\).*/\1/' | tr '\n' ' ')
if [ "$seen" = 'true false true false true ' ]; then ok "in their order: $seen"; else fail "order: $seen"; fi
if grep '"door":' /tap | tail -n 5 | sed 's/.*"eventTime":"\([^"]*\)".*/\1/' | busybox sort -c; then
  ok 'their times are in order'
else
  fail 'their times'
fi
for level in 1 0 1 0 1 0; do world gpio 3 $level; usleep 400000; done
within 10 'three rising edges are counted' is_near drops 3 0

echo '-- an alert drives an output'
if driven hi; then fail 'the output is on'; else ok 'the output is off'; fi
world lm75 70
within 8 'above 60 degrees the output is on' driven hi
world lm75 50
within 8 'below it is off' driven lo
world lm75 30.5

echo '-- a chip that does not acknowledge'
world nack 0x48 1
bme=$(count bme_temperature readings)
ds=$(count ds readings)
within 40 'LM75 becomes stale' is_stale lm75
within 10 'the BME280 goes on' goes_on bme_temperature "$bme"
within 10 'the DS18B20 goes on' goes_on ds "$ds"
within 5 'a record says that it is stale' told '"stale":true,"sensor":"lm75"'
if edgestream check | grep -q 'degraded.*source cabinet'; then ok 'check says so'; else fail 'check'; fi
world nack 0x48 0
within 62 'LM75 is read again' is_near lm75 30.5 0

echo '-- a driver that is unbound'
echo "$bus-0048" >/sys/bus/i2c/drivers/lm75/unbind
within 40 'LM75 is gone and stale' has_problem lm75 "There is no 'hwmon lm75 temp1' now"
within 62 'its register is read without the driver' is_near lm75_raw 30.5 0
follows 4 'and follows within its period' lm75_raw 0 'lm75 %s' -10.5 -11.5 -12.5 -13.5 -14.5
world lm75 -10.5
echo "$bus-0048" >/sys/bus/i2c/drivers/lm75/bind
within 62 'LM75 is read again' is_near lm75 -10.5 0

echo '-- checksums and a lost supply'
world crc ds 1
within 60 'a wrong checksum of the DS18B20 is refused' has_problem ds 'checksum'
world crc ds 0
within 62 'DS18B20 is read again' is_well ds
world power ds 0
within 60 '85 degrees without supply are refused' has_problem ds 'lost its supply'
world power ds 1
within 62 'DS18B20 is read again' is_near ds -7.25 0
if told '"ds":85'; then fail '85 degrees are in the records'; else ok 'no record has 85 degrees'; fi

echo '-- the clock, which began in 1970, is set'
first=$(first_arrival)
before=$(busybox date -u +%s)
busybox date -u -s '2026-11-23 12:00:00' >/dev/null
step=$(($(busybox date -u +%s) - before))
if [ "$first" -lt 86400 ]; then ok 'the first record is of 1970'; else fail "the first record is of $first"; fi
within 10 'records from before have moved with it, to 1 s' has_moved "$first" "$step"
if arrivals 1000 | busybox sort -c; then ok "$(arrivals 1000 | wc -l) times are in order"; else fail 'their order'; fi

echo '-- the bus hangs'
simulator=$(busybox pidof cp2112sim)
kill -STOP "$simulator"
within 90 'everything on it becomes stale' is_stale bme_temperature
asked=$(now)
wget -q -O /dev/null http://127.0.0.1:8080/health
took=$(since "$asked")
if [ "${took%.*}" -lt 2 ]; then ok "the gateway answers ($took s)"; else fail "the gateway answered after $took s"; fi
kill -CONT "$simulator"
within 90 'all are read again' is_well bme_temperature
within 90 'all are read again' is_well ds

kill -TERM $gateway
began=$(now)
while kill -0 $gateway 2>/dev/null; do usleep 100000; done
ok "the gateway stopped ($(since "$began") s)"
if dmesg | grep -E 'BUG:|Oops' | grep -qv 'BUG: scheduling while atomic'; then fail 'the kernel complains'; fi
if dmesg | grep -q 'BUG: scheduling while atomic'; then
  # The bridge's driver waits for its work where it must not sleep, when a watched line is let go.
  if dmesg | grep -q cp2112_gpio_irq_shutdown; then
    echo "     the bridge's driver has slept in cp2112_gpio_irq_shutdown, which is its own fault"
  else
    fail 'the kernel complains'
  fi
fi
echo "$(grep -c '^{' /tap) records"
[ $failures -eq 0 ] || { grep -v '^ ' /log | tail -n 40; exit 1; }
