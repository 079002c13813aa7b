"""Publishes numbered messages and receives them again with Eclipse paho: round_trip.py PORT VERSION QOS COUNT.

VERSION is 4 (MQTT 3.1.1) or 5. Ends with 0 when every message came back once and in order, and every publish was
acknowledged; otherwise says what is missing and ends with 1.
"""
import json
import sys
import threading

import paho.mqtt.client as mqtt

PORT, VERSION, QOS, COUNT = (int(argument) for argument in sys.argv[1:5])
TOPIC = f"paho/{VERSION}/{QOS}"
DEADLINE_SECONDS = 30

received = []
failures = []
subscribed = threading.Event()
complete = threading.Event()


def on_connect(client, _userdata, _flags, code, _properties=None):
    if code != 0:
        failures.append(f"CONNACK {code}")
        complete.set()
        return
    client.subscribe(TOPIC, QOS)


def on_subscribe(_client, _userdata, _mid, granted, _properties=None):
    codes = [getattr(code, "value", code) for code in granted]
    if codes != [QOS]:
        failures.append(f"SUBACK {codes}, {QOS} was asked for")
    subscribed.set()


def on_message(_client, _userdata, message):
    if message.qos != QOS:
        failures.append(f"received with QoS {message.qos}")
    received.append(json.loads(message.payload)["number"])
    if len(received) == COUNT:
        complete.set()


def main():
    client = mqtt.Client(client_id=f"paho-{VERSION}-{QOS}", protocol=VERSION)
    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_message = on_message
    client.connect("127.0.0.1", PORT, keepalive=10)
    client.loop_start()
    if not subscribed.wait(DEADLINE_SECONDS):
        failures.append("no SUBACK")
        return
    sent = [client.publish(TOPIC, json.dumps({"number": number}), QOS) for number in range(COUNT)]
    for number, info in enumerate(sent):
        info.wait_for_publish(DEADLINE_SECONDS)
        if not info.is_published():
            failures.append(f"message {number} was not acknowledged")
            break
    if not complete.wait(DEADLINE_SECONDS):
        failures.append(f"{len(received)} of {COUNT} messages came back")
    elif received != list(range(COUNT)):
        failures.append(f"wrong order or repeated: {received}")
    client.disconnect()
    client.loop_stop()


main()
print("\n".join(failures) or f"{COUNT} messages, QoS {QOS}, protocol {VERSION}: all back, in order")
sys.exit(1 if failures else 0)
