"""Uses every door with Eclipse paho: doors.py TRANSPORT PORT VERSION [CA [CERTIFICATE KEY]] [USER PASSWORD].

TRANSPORT is tcp, tls, websocket or websocket-tls; VERSION 4 (MQTT 3.1.1) or 5. A '-' leaves an argument out. Publishes and
receives with QoS 0, 1 and 2, a retained message, a will, and with version 5 a subscription that two share. Ends with 0 when all of it came as it should.
"""
import queue
import ssl
import sys
import threading

import paho.mqtt.client as mqtt

TRANSPORT, PORT, VERSION = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CA, CERTIFICATE, KEY, USER, PASSWORD = [None if a == "-" else a for a in (sys.argv[4:] + ["-"] * 5)[:5]]
DEADLINE_SECONDS = 20
COUNT = 20
BASE = f"site/paho-{TRANSPORT}-{VERSION}"


class Peer:
    def __init__(self, name, will=None):
        websocket = TRANSPORT.startswith("websocket")
        self.messages = queue.Queue()
        self.connected = threading.Event()
        self.subscribed = threading.Event()
        self.code = None
        self.client = mqtt.Client(
            client_id=name, protocol=VERSION, transport="websockets" if websocket else "tcp")
        if CA:
            self.client.tls_set(CA, CERTIFICATE, KEY, cert_reqs=ssl.CERT_REQUIRED)
        if websocket:
            self.client.ws_set_options(path="/mqtt")
        if USER:
            self.client.username_pw_set(USER, PASSWORD)
        if will:
            self.client.will_set(will, "gone", 1)
        self.client.on_connect = self.on_connect
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = lambda _c, _u, m: self.messages.put((m.topic, m.payload.decode(), m.qos, m.retain))
        self.client.connect("localhost", PORT, keepalive=10)
        self.client.loop_start()
        if not self.connected.wait(DEADLINE_SECONDS):
            raise AssertionError("no CONNACK")
        if self.code != 0:
            raise AssertionError(f"CONNACK {self.code}")

    def on_connect(self, _client, _userdata, _flags, code, _properties=None):
        self.code = getattr(code, "value", code)
        self.connected.set()

    def subscribe(self, topic):
        self.subscribed.clear()
        self.client.subscribe(topic, 2)
        if not self.subscribed.wait(DEADLINE_SECONDS):
            raise AssertionError("no SUBACK")

    def publish(self, topic, payload, qos, retain=False):
        self.client.publish(topic, payload, qos, retain).wait_for_publish(DEADLINE_SECONDS)

    def expect(self, *message):
        actual = self.messages.get(timeout=DEADLINE_SECONDS)
        if actual != message:
            raise AssertionError(f"expected {message}, got {actual}")

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def share(sender):
    members = [Peer(f"paho-member-{number}") for number in (1, 2)]
    for member in members:
        member.subscribe(f"$share/group/{BASE}/shared")
    for number in range(COUNT):
        sender.publish(f"{BASE}/shared", str(number), 1)
    got = []
    for member in members:
        own = [member.messages.get(timeout=DEADLINE_SECONDS)[1] for _ in range(COUNT // 2)]
        got += own
        member.close()
    if sorted(got, key=int) != [str(number) for number in range(COUNT)]:
        raise AssertionError(f"the members got {got}")


def main():
    watcher, sender = Peer("paho-watcher"), Peer("paho-sender")
    for qos in (0, 1, 2):
        watcher.subscribe(f"{BASE}/qos{qos}")
        for number in range(COUNT):
            sender.publish(f"{BASE}/qos{qos}", str(number), qos)
        for number in range(COUNT):
            watcher.expect(f"{BASE}/qos{qos}", str(number), qos, False)

    sender.publish(f"{BASE}/kept", "state", 1, retain=True)
    watcher.subscribe(f"{BASE}/kept")
    watcher.expect(f"{BASE}/kept", "state", 1, True)

    if VERSION == 5:
        share(sender)

    watcher.subscribe(f"{BASE}/will")
    dying = Peer("paho-dying", will=f"{BASE}/will")
    dying.client.loop_stop()
    dying.client._sock_close()  # No public way to leave without DISCONNECT.
    watcher.expect(f"{BASE}/will", "gone", 1, False)
    watcher.close()
    sender.close()


main()
print("all came as it should")
