/* Uses a door with Eclipse paho for C: doors SCENARIO TRANSPORT PORT VERSION [CA CERTIFICATE KEY USER PASSWORD].
 *
 * TRANSPORT is tcp or tls; VERSION 4 (MQTT 3.1.1) or 5. A '-' leaves an argument out. SCENARIO is qos0, qos1 or qos2 (publishes
 * and receives in order), retained, will or shared (a subscription that two share). Ends with 0 when all came as it should. */
#include <MQTTClient.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000, KEEP_ALIVE_SECONDS = 10, COUNT = 20, TEXT_MAX = 256 };

static const char *scenario, *transport, *ca, *certificate, *key, *user, *password;
static int version;
static char address[TEXT_MAX];
static char base[TEXT_MAX];

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static const char *topic_of(const char *name) {
    static char topics[4][TEXT_MAX * 2];
    static int next;
    char *topic = topics[next++ % 4];
    snprintf(topic, sizeof topics[0], "%s/%s", base, name);
    return topic;
}

static MQTTClient peer(const char *name, const char *will_topic) {
    MQTTClient client;
    MQTTClient_createOptions create = MQTTClient_createOptions_initializer;
    create.MQTTVersion = version;
    int code = MQTTClient_createWithOptions(&client, address, name, MQTTCLIENT_PERSISTENCE_NONE, NULL, &create);
    if (code != MQTTCLIENT_SUCCESS) fail("create: %d", code);

    MQTTClient_connectOptions plain = MQTTClient_connectOptions_initializer;
    MQTTClient_connectOptions five = MQTTClient_connectOptions_initializer5;
    MQTTClient_connectOptions options = version == MQTTVERSION_5 ? five : plain;
    MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
    MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
    options.MQTTVersion = version;
    options.keepAliveInterval = KEEP_ALIVE_SECONDS;
    options.username = user;
    options.password = password;
    if (ca) {
        tls.trustStore = ca;
        tls.keyStore = certificate;
        tls.privateKey = key;
        tls.verify = 1;
        options.ssl = &tls;
    }
    if (will_topic) {
        will.topicName = will_topic;
        will.message = "gone";
        will.qos = 1;
        options.will = &will;
    }
    if (version == MQTTVERSION_5) {
        options.cleanstart = 1;
        MQTTResponse response = MQTTClient_connect5(client, &options, NULL, NULL);
        code = response.reasonCode;
        MQTTResponse_free(response);
    } else {
        code = MQTTClient_connect(client, &options);
    }
    if (code != 0) fail("CONNACK of %s: %d", name, code);
    return client;
}

static void subscribe(MQTTClient client, const char *filter) {
    int granted;
    if (version == MQTTVERSION_5) {
        MQTTResponse response = MQTTClient_subscribe5(client, filter, 2, NULL, NULL);
        granted = response.reasonCode;
        MQTTResponse_free(response);
    } else {
        granted = MQTTClient_subscribe(client, filter, 2) == MQTTCLIENT_SUCCESS ? 2 : -1;
    }
    if (granted != 2) fail("SUBACK for %s: %d", filter, granted);
}

static void publish(MQTTClient client, const char *topic, const char *payload, int qos, int retained) {
    MQTTClient_deliveryToken token = 0;
    MQTTClient_message message = MQTTClient_message_initializer;
    message.payload = (void *)payload;
    message.payloadlen = (int)strlen(payload);
    message.qos = qos;
    message.retained = retained;
    int code;
    if (version == MQTTVERSION_5) {
        MQTTResponse response = MQTTClient_publishMessage5(client, topic, &message, &token);
        code = response.reasonCode;
        MQTTResponse_free(response);
    } else {
        code = MQTTClient_publishMessage(client, topic, &message, &token);
    }
    if (code == 0 && qos > 0) code = MQTTClient_waitForCompletion(client, token, DEADLINE_MS);
    if (code != 0) fail("publish on %s with QoS %d: %d", topic, qos, code);
}

/* The next message; its payload is copied out. */
static void receive(MQTTClient client, const char *topic, int qos, int retained, char payload[TEXT_MAX]) {
    char *name = NULL;
    int length = 0;
    MQTTClient_message *message = NULL;
    int code = MQTTClient_receive(client, &name, &length, &message, DEADLINE_MS);
    if ((code != MQTTCLIENT_SUCCESS && code != MQTTCLIENT_TOPICNAME_TRUNCATED) || !message) fail("nothing on %s: %d", topic, code);
    if (strcmp(name, topic) != 0 || message->qos != qos || message->retained != retained)
        fail("expected %s with QoS %d, got %s with %d, retained %d", topic, qos, name, message->qos, message->retained);
    snprintf(payload, TEXT_MAX, "%.*s", message->payloadlen, (const char *)message->payload);
    MQTTClient_freeMessage(&message);
    MQTTClient_free(name);
}

static void expect(MQTTClient client, const char *topic, const char *payload, int qos, int retained) {
    char actual[TEXT_MAX];
    receive(client, topic, qos, retained, actual);
    if (strcmp(actual, payload) != 0) fail("expected '%s' on %s, got '%s'", payload, topic, actual);
}

static void leave(MQTTClient client) {
    MQTTClient_disconnect(client, DEADLINE_MS);
    MQTTClient_destroy(&client);
}

/* Each client has a process of its own, as it would have in the field; they are forked before the library is used. */
struct process { int to, from; };

static void tell(int to, char word) {
    if (write(to, &word, 1) != 1) fail("pipe");
}

static char hear(int from) {
    char word;
    if (read(from, &word, 1) != 1) exit(1);
    return word;
}

static struct process start(void (*body)(int from, int to)) {
    int down[2], up[2];
    if (pipe(down) != 0 || pipe(up) != 0) fail("pipe");
    if (fork() == 0) {
        close(down[1]);
        close(up[0]);
        body(down[0], up[1]);
        _exit(0);
    }
    close(down[0]);
    close(up[1]);
    return (struct process){down[1], up[0]};
}

static void send_all(MQTTClient client, const char *topic, int qos) {
    char text[TEXT_MAX];
    for (int number = 0; number < COUNT; number++) {
        snprintf(text, sizeof text, "%d", number);
        publish(client, topic, text, qos, 0);
    }
}

/* Publishes what it is told to: '0' to '2' for a quality of service, 'k' to keep a message, 's' to share, 'e' to end. */
static void sender(int from, int to) {
    MQTTClient client = peer("paho-c-sender", NULL);
    for (char word = hear(from); word != 'e'; word = hear(from)) {
        char name[] = {'q', 'o', 's', word, 0};
        if (word == 'k') publish(client, topic_of("kept"), "state", 1, 1);
        else if (word == 's') send_all(client, topic_of("shared"), 1);
        else send_all(client, topic_of(name), word - '0');
        tell(to, 'd');
    }
    leave(client);
}

/* Takes its half of what two share, and says which numbers these were. */
static void member(int from, int to) {
    char name[] = {'p', 'a', 'h', 'o', '-', 'c', '-', hear(from), 0}, filter[TEXT_MAX * 2], text[TEXT_MAX];
    MQTTClient client = peer(name, NULL);
    snprintf(filter, sizeof filter, "$share/group/%s", topic_of("shared"));
    subscribe(client, filter);
    tell(to, 'r');
    for (int i = 0; i < COUNT / 2; i++) {
        receive(client, topic_of("shared"), 1, 0, text);
        tell(to, (char)atoi(text));
    }
    leave(client);
}

/* Connects with a will and ends without a goodbye. */
static void dying(int from, int to) {
    (void)to;
    hear(from);
    peer("paho-c-dying", topic_of("will"));
}

static void share(struct process sending, struct process members[2]) {
    char got[COUNT] = {0};
    for (int i = 0; i < 2; i++) {
        tell(members[i].to, (char)('1' + i));
        hear(members[i].from);
    }
    tell(sending.to, 's');
    hear(sending.from);
    for (int i = 0; i < COUNT; i++) {
        int number = hear(members[i % 2].from);
        if (got[number]++) fail("%d came twice", number);
    }
}

static void run(void) {
    struct process sending = start(sender), lost = start(dying), members[2] = {start(member), start(member)};
    MQTTClient watcher = peer("paho-c-watcher", NULL);
    if (strncmp(scenario, "qos", 3) == 0) {
        char text[TEXT_MAX];
        subscribe(watcher, topic_of(scenario));
        tell(sending.to, scenario[3]);
        for (int number = 0; number < COUNT; number++) {
            snprintf(text, sizeof text, "%d", number);
            expect(watcher, topic_of(scenario), text, scenario[3] - '0', 0);
        }
        hear(sending.from);
    } else if (strcmp(scenario, "retained") == 0) {
        tell(sending.to, 'k');
        hear(sending.from);
        subscribe(watcher, topic_of("kept"));
        expect(watcher, topic_of("kept"), "state", 1, 1);
    } else if (strcmp(scenario, "shared") == 0) {
        share(sending, members);
    } else if (strcmp(scenario, "will") == 0) {
        subscribe(watcher, topic_of("will"));
        tell(lost.to, '!');
        expect(watcher, topic_of("will"), "gone", 1, 0);
    } else {
        fail("no such scenario: %s", scenario);
    }
    tell(sending.to, 'e');
    leave(watcher);
}

static const char *argument(int count, char **values, int index) {
    return index < count && strcmp(values[index], "-") != 0 ? values[index] : NULL;
}

int main(int count, char **values) {
    if (count < 5) fail("usage: doors SCENARIO TRANSPORT PORT VERSION [CA CERTIFICATE KEY USER PASSWORD]");
    scenario = values[1];
    transport = values[2];
    version = atoi(values[4]);
    ca = argument(count, values, 5);
    certificate = argument(count, values, 6);
    key = argument(count, values, 7);
    user = argument(count, values, 8);
    password = argument(count, values, 9);
    snprintf(address, sizeof address, "%s://localhost:%s", ca ? "ssl" : "tcp", values[3]);
    snprintf(base, sizeof base, "site/paho-c-%s-%d", transport, version);
    run();
    puts("all came as it should");
    return 0;
}
