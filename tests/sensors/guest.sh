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
edges() { grep -c '"door":' /tap; }
has_edges() { [ "$(edges)" -ge "$1" ]; }

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
if told '"lm75":25.5' && told '"units":{"lm75":"Cel"}'; then ok 'records hold values and units'; else fail 'records'; fi

echo '-- values that change, read every 3 s'
world lm75 30.5
within 4 'LM75 follows within its period' is_near lm75 30.5 0
world bme -20 500 80
within 4 'BME280 follows within its period' is_near bme_temperature -20 0.02
world sht 30.25 61.5
within 4 'SHT3x follows within its period' is_near sht_temperature 30.25 0.01
world ds -7.25
within 6 'DS18B20 follows within its period and its conversions' is_near ds -7.25 0

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
within 40 'LM75 becomes stale' is_stale lm75
if is_well bme_temperature && is_well ds; then ok 'the others go on'; else fail 'the others'; fi
within 5 'a record says that it is stale' told '"stale":true,"sensor":"lm75"'
if edgestream check | grep -q 'degraded.*source cabinet'; then ok 'check says so'; else fail 'check'; fi
world nack 0x48 0
within 62 'LM75 is read again' is_near lm75 30.5 0

echo '-- a driver that is unbound'
echo "$bus-0048" >/sys/bus/i2c/drivers/lm75/unbind
within 40 'LM75 is gone and stale' has_problem lm75 "There is no 'hwmon lm75 temp1' now"
within 62 'its register is read without the driver' is_near lm75_raw 30.5 0
world lm75 -10.5
within 4 'and follows within its period' is_near lm75_raw -10.5 0
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
world crc sht 1
within 30 'a wrong checksum of the SHT3x is an error' is_stale sht_temperature
world crc sht 0
within 62 'SHT3x is read again' is_well sht_temperature

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
if dmesg | grep -qE 'BUG:|Oops'; then fail 'the kernel complains'; fi
echo "$(grep -c '^{' /tap) records"
[ $failures -eq 0 ] || { grep -v '^ ' /log | tail -n 40; exit 1; }
