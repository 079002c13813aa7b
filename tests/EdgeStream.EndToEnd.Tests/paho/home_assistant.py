"""Plays Home Assistant's MQTT integration with Eclipse paho and Jinja: home_assistant.py PORT DEVICES.

Waits until so many devices are announced and have told their state, checks each announcement against what Home
Assistant's documentation ("MQTT", "Sensor", "Binary sensor") asks of it, evaluates the templates as it does, and prints
one JSON object: {device name: {"available": ..., entity name: [state, unit, device class]}}. Ends with 1 and says what is
wrong where an announcement would be refused.
"""
import json
import sys
import threading

import jinja2
import paho.mqtt.client as mqtt

PORT, DEVICES = (int(argument) for argument in sys.argv[1:3])
DEADLINE_SECONDS = 30

# Of the table "Device class" of the documentation's page "Sensor": the units that each allows.
UNITS = {
    "apparent_power": {"mVA", "VA", "kVA"},
    "battery": {"%"},
    "carbon_dioxide": {"ppm"},
    "current": {"A", "mA"},
    "data_rate": {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "B/s", "kB/s", "MB/s", "GB/s", "KiB/s", "MiB/s", "GiB/s"},
    "data_size": {"bit", "kbit", "Mbit", "Gbit", "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"},
    "duration": {"d", "h", "min", "s", "ms"},
    "energy": {"J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh", "cal", "kcal", "Mcal", "Gcal"},
    "frequency": {"Hz", "kHz", "MHz", "GHz"},
    "humidity": {"%"},
    "illuminance": {"lx"},
    "power": {"mW", "W", "kW", "MW", "GW", "TW"},
    "pressure": {"cbar", "bar", "hPa", "mmHg", "inHg", "inH2O", "kPa", "mbar", "Pa", "psi"},
    "reactive_power": {"mvar", "var", "kvar"},
    "signal_strength": {"dB", "dBm"},
    "speed": {"ft/s", "in/d", "in/h", "in/s", "km/h", "kn", "m/s", "mph", "mm/d", "mm/s"},
    "temperature": {"°C", "°F", "K"},
    "voltage": {"V", "mV", "µV", "kV", "MV"},
}
STATE_CLASSES = {"measurement", "measurement_angle", "total", "total_increasing"}
ENTITY_MEMBERS = {
    "platform", "name", "unique_id", "value_template", "unit_of_measurement", "device_class", "state_class",
}
ROOT_MEMBERS = {"device", "origin", "state_topic", "availability_topic", "components"}

configs = {}
messages = {}
failures = []
changed = threading.Condition()


def check(condition, text):
    if not condition:
        failures.append(text)


def check_entity(name, entity, ids):
    check(set(entity) <= ENTITY_MEMBERS, f"{name}: unknown members {sorted(set(entity) - ENTITY_MEMBERS)}")
    check(entity.get("platform") in ("sensor", "binary_sensor"), f"{name}: platform {entity.get('platform')}")
    check(bool(entity.get("unique_id")), f"{name}: no unique_id, which entities of a device must have")
    check(entity.get("unique_id") not in ids, f"{name}: unique_id {entity.get('unique_id')} twice")
    ids.add(entity.get("unique_id"))
    kind = entity.get("device_class")
    if entity.get("platform") == "sensor":
        check(kind is None or kind in UNITS, f"{name}: device class {kind}")
        check(
            kind not in UNITS or entity.get("unit_of_measurement") in UNITS[kind],
            f"{name}: unit {entity.get('unit_of_measurement')} of {kind}")
        check(entity.get("state_class") in STATE_CLASSES | {None}, f"{name}: state class {entity.get('state_class')}")
        check(kind != "energy" or entity.get("state_class") != "measurement", f"{name}: energy is no measurement")
    else:
        check("state_class" not in entity and "unit_of_measurement" not in entity, f"{name}: members of a sensor")


def check_config(topic, config):
    levels = topic.split("/")
    check(levels[1] == "device" and levels[-1] == "config" and len(levels) == 4, f"{topic} is no device's topic")
    check(all(c.isalnum() or c in "_-" for c in levels[2]), f"{topic}: the object id has other characters")
    check(set(config) <= ROOT_MEMBERS, f"{topic}: unknown members {sorted(set(config) - ROOT_MEMBERS)}")
    check(bool(config.get("device", {}).get("identifiers")), f"{topic}: neither identifiers nor connections")
    check(bool(config.get("origin", {}).get("name")), f"{topic}: no name of the origin")
    check(bool(config.get("components")), f"{topic}: no components")
    ids = set()
    for name, entity in config.get("components", {}).items():
        check_entity(f"{topic} {name}", entity, ids)


def state_of(config):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    payload = messages[config["state_topic"]]
    shown = {"available": messages[config["availability_topic"]]}
    for entity in config["components"].values():
        template = environment.from_string(entity["value_template"])
        state = template.render(value=payload, value_json=json.loads(payload)).strip()
        if entity["platform"] == "sensor" and "state_class" in entity:
            check(state == "None" or float(state) is not None, entity["name"])
        else:
            check(state in ("ON", "OFF"), f"{entity['name']}: {state}")
        shown[entity["name"]] = [state, entity.get("unit_of_measurement"), entity.get("device_class")]
    return shown


def on_connect(client, _userdata, _flags, _code):
    client.subscribe("homeassistant/#", 1)


def on_message(client, _userdata, message):
    with changed:
        if message.topic.startswith("homeassistant/"):
            if message.topic.endswith("/config") and message.payload:
                config = json.loads(message.payload)
                configs[message.topic] = config
                client.subscribe([(config["state_topic"], 1), (config["availability_topic"], 1)])
                client.publish("homeassistant/status", "online")
        else:
            messages[message.topic] = message.payload.decode()
        changed.notify()


def is_complete():
    return len(configs) >= DEVICES and all(
        config["state_topic"] in messages and config["availability_topic"] in messages for config in configs.values())


client = mqtt.Client(client_id="home-assistant")
client.on_connect = on_connect
client.on_message = on_message
client.connect("127.0.0.1", PORT)
client.loop_start()
with changed:
    check(changed.wait_for(is_complete, DEADLINE_SECONDS), f"only {list(configs)} with {list(messages)}")
    devices = {}
    for topic, config in configs.items():
        check_config(topic, config)
        if not failures:
            devices[config["device"]["name"]] = state_of(config)
client.loop_stop()
print("\n".join(failures) or json.dumps(devices, sort_keys=True))
sys.exit(1 if failures else 0)
