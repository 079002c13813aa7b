"""Uses a door with Eclipse paho: doors.py SCENARIO TRANSPORT PORT VERSION [CA [CERTIFICATE KEY]] [USER PASSWORD].

TRANSPORT is tcp, tls, websocket or websocket-tls; VERSION 4 (MQTT 3.1.1) or 5. A '-' leaves an argument out. SCENARIO is
qos0, qos1 or qos2 (publishes and receives in order), retained, will, shared (a subscription that two share) or kept (a
session that outlives its connection). Ends with 0 when all came as it should.
"""
import queue
import ssl
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

SCENARIO, TRANSPORT, PORT, VERSION = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
CA, CERTIFICATE, KEY, USER, PASSWORD = [None if a == "-" else a for a in (sys.argv[5:] + ["-"] * 5)[:5]]
DEADLINE_SECONDS = 20
COUNT = 20
BASE = f"site/paho-{TRANSPORT}-{VERSION}-{SCENARIO}"
KEPT_SECONDS = 600


class Peer:
    def __init__(self, name, will=None, kept=False):
        websocket = TRANSPORT.startswith("websocket")
        self.messages = queue.Queue()
        self.connected = threading.Event()
        self.subscribed = threading.Event()
        self.code = None
        clean = {} if VERSION == 5 else {"clean_session": not kept}
        self.client = mqtt.Client(
            client_id=name, protocol=VERSION, transport="websockets" if websocket else "tcp", **clean)
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
        if VERSION == 5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = KEPT_SECONDS if kept else 0
            self.client.connect("localhost", PORT, keepalive=10, clean_start=not kept, properties=properties)
        else:
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


def in_order(watcher, sender, qos):
    watcher.subscribe(f"{BASE}/t")
    for number in range(COUNT):
        sender.publish(f"{BASE}/t", str(number), qos)
    for number in range(COUNT):
        watcher.expect(f"{BASE}/t", str(number), qos, False)


def retain(watcher, sender):
    sender.publish(f"{BASE}/t", "state", 1, retain=True)
    watcher.subscribe(f"{BASE}/t")
    watcher.expect(f"{BASE}/t", "state", 1, True)
    sender.publish(f"{BASE}/t", "", 1, retain=True)


def die(watcher):
    watcher.subscribe(f"{BASE}/t")
    dying = Peer("paho-dying", will=f"{BASE}/t")
    dying.client.loop_stop()
    dying.client._sock_close()  # No public way to leave without DISCONNECT.
    watcher.expect(f"{BASE}/t", "gone", 1, False)


def keep(sender):
    away = Peer("paho-kept", kept=True)
    away.subscribe(f"{BASE}/t")
    away.close()
    for number in range(COUNT):
        sender.publish(f"{BASE}/t", str(number), 2)
    back = Peer("paho-kept", kept=True)
    for number in range(COUNT):
        back.expect(f"{BASE}/t", str(number), 2, False)
    back.close()
    Peer("paho-kept").close()


def main():
    watcher, sender = Peer("paho-watcher"), Peer("paho-sender")
    if SCENARIO.startswith("qos"):
        in_order(watcher, sender, int(SCENARIO[3:]))
    else:
        {
            "retained": lambda: retain(watcher, sender),
            "will": lambda: die(watcher),
            "shared": lambda: share(sender),
            "kept": lambda: keep(sender),
        }[SCENARIO]()
    watcher.close()
    sender.close()


main()
print("all came as it should")
