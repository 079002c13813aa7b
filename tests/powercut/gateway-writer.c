/* gateway-writer GATEWAY FOLDER fsync|os: publishes numbered messages to a gateway until the power goes.
 *
 * Starts the gateway on FOLDER/data with one stream, asks it for the newest sequence number, and publishes on from there with
 * QoS 1, a window of messages under way. Message n is the stream's record n. Lines on standard output, each written at once:
 * START, then ACK n once messages 1 to n are acknowledged. Statically linked, it needs nothing but the gateway and loopback.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW = 32, PACKET_BYTES = 4096, TEXT_BYTES_MAX = 600, LARGE_EVERY = 23, LARGE_BYTES = 3000, START_SECONDS = 100 };

static const char TOPIC[] = "plant/pump/state";

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vdprintf(STDOUT_FILENO, format, arguments);
    va_end(arguments);
}

/* A guest that has just started may not have brought its loopback up. */
static void bring_loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo" };
    int probe = socket(AF_INET, SOCK_DGRAM, 0);
    if (!ioctl(probe, SIOCGIFFLAGS, &request) && !(request.ifr_flags & IFF_UP)) {
        request.ifr_flags |= IFF_UP | IFF_RUNNING;
        ioctl(probe, SIOCSIFFLAGS, &request);
    }
    close(probe);
}

static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(probe, (struct sockaddr *)&address, length) || getsockname(probe, (struct sockaddr *)&address, &length))
        die("no port is free");
    close(probe);
    return ntohs(address.sin_port);
}

static int connect_to(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
    int one = 1, client = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (!connect(client, (struct sockaddr *)&address, sizeof address)) return client;
    close(client);
    return -1;
}

static void write_config(const char *path, const char *durability)
{
    FILE *file = fopen(path, "w");
    if (!file) die(path);
    fprintf(file,
            "sensors:\n  board:\n    enabled: false\nrules: []\ndeliveries: []\n"
            "streams:\n"
            "  - name: readings\n    durability: %s\n    segmentSize: 256KiB\n    retentionBytes: 64MiB\n"
            "  - name: alerts\n    segmentSize: 256KiB\n  - name: dead-letter\n    segmentSize: 256KiB\n",
            durability);
    fclose(file);
}

static void start_gateway(char **command, int *gateway)
{
    *gateway = fork();
    if (*gateway < 0) die("fork");
    if (*gateway == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execv(command[0], command);
        die(command[0]);
    }
}

static int wait_for_port(int port, int gateway)
{
    for (int tries = 0; tries < START_SECONDS * 200; tries++) {
        int status, client = connect_to(port);
        if (client >= 0) return client;
        if (waitpid(gateway, &status, WNOHANG) == gateway) {
            fprintf(stderr, "the gateway ended while starting, status %d\n", status);
            exit(2);
        }
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    fprintf(stderr, "the gateway did not start in %d s\n", START_SECONDS);
    exit(2);
}

/* The newest sequence number of the stream, from the list of streams. */
static long newest_sequence(int port, int gateway)
{
    static char answer[1 << 16];
    size_t length = 0;
    int client = wait_for_port(port, gateway);
    dprintf(client, "GET /api/streams HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", port);
    for (ssize_t count; length < sizeof answer - 1; length += (size_t)count)
        if ((count = read(client, answer + length, sizeof answer - 1 - length)) <= 0) break;
    close(client);
    answer[length] = 0;
    char *stream = strstr(answer, "\"readings\""), *number = stream ? strstr(stream, "\"newestSequence\":") : NULL;
    if (!number) {
        fprintf(stderr, "no sequence number in: %s\n", answer);
        exit(2);
    }
    return atol(number + strlen("\"newestSequence\":"));
}

static void send_all(int client, const unsigned char *bytes, size_t count)
{
    for (ssize_t sent; count; bytes += sent, count -= (size_t)sent)
        if ((sent = send(client, bytes, count, MSG_NOSIGNAL)) <= 0) die("the gateway closed the connection");
}

static void receive_all(int client, unsigned char *bytes, size_t count)
{
    for (ssize_t received; count; bytes += received, count -= (size_t)received)
        if ((received = recv(client, bytes, count, 0)) <= 0) die("the gateway closed the connection");
}

static void connect_mqtt(int client)
{
    static const unsigned char packet[] = "\x10\x0f\0\4MQTT\4\2\0\0\0\3cut";
    unsigned char answer[4];
    send_all(client, packet, sizeof packet - 1);
    receive_all(client, answer, sizeof answer);
    if (answer[0] != 0x20 || answer[3]) die("CONNACK");
}

/* The same bytes in EdgeStream.Benchmarks, where the verifier expects them. */
static void publish(int client, long number)
{
    unsigned char packet[PACKET_BYTES];
    char payload[PACKET_BYTES - 64];
    int text = number % LARGE_EVERY == 0 ? LARGE_BYTES : (int)(number * 37 % TEXT_BYTES_MAX);
    int length = snprintf(payload, sizeof payload, "{\"number\":%ld,\"text\":\"", number);
    memset(payload + length, 'a' + (int)(number % 26), (size_t)text);
    length += text;
    memcpy(payload + length, "\"}", 2);
    length += 2;

    int topic = sizeof TOPIC - 1, remaining = 2 + topic + 2 + length, at = 0;
    packet[at++] = 0x32;
    for (int left = remaining; ; left >>= 7) {
        packet[at++] = (unsigned char)(left & 127) | (left > 127 ? 128 : 0);
        if (left <= 127) break;
    }
    packet[at++] = 0;
    packet[at++] = (unsigned char)topic;
    memcpy(packet + at, TOPIC, (size_t)topic);
    at += topic;
    int id = (int)(number % 65535) + 1;
    packet[at++] = (unsigned char)(id >> 8);
    packet[at++] = (unsigned char)id;
    memcpy(packet + at, payload, (size_t)length);
    send_all(client, packet, (size_t)(at + length));
}

static void publish_on(int client, long number)
{
    long acknowledged = number;
    for (;;) {
        while (number - acknowledged < WINDOW) publish(client, ++number);
        unsigned char answer[4];
        receive_all(client, answer, sizeof answer);
        long id = (acknowledged + 1) % 65535 + 1;
        if (answer[0] != 0x40 || answer[2] * 256 + answer[3] != id) {
            fprintf(stderr, "PUBACK %ld was due, %02x for %d came\n", id, answer[0], answer[2] * 256 + answer[3]);
            exit(2);
        }
        say("ACK %ld\n", ++acknowledged);
    }
}

int main(int count, char **arguments)
{
    if (count != 4) {
        fprintf(stderr, "usage: gateway-writer GATEWAY FOLDER fsync|os\n");
        return 2;
    }
    char data[2048], config[2048], http[16], mqtt[16];
    bring_loopback_up();
    int http_port = free_port(), mqtt_port = free_port(), gateway;
    snprintf(data, sizeof data, "%s/data", arguments[2]);
    snprintf(config, sizeof config, "%s/edgestream.yaml", arguments[2]);
    snprintf(http, sizeof http, "%d", http_port);
    snprintf(mqtt, sizeof mqtt, "%d", mqtt_port);
    write_config(config, arguments[3]);
    start_gateway((char *[]){ arguments[1], "run", "--config", config, "--data", data, "--http-port", http,
                              "--mqtt-port", mqtt, NULL }, &gateway);
    int client = wait_for_port(mqtt_port, gateway);
    long newest = newest_sequence(http_port, gateway);
    connect_mqtt(client);
    say("START\n");
    publish_on(client, newest);
}
