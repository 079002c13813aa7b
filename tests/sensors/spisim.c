/*
 * Plays chips behind /dev/spidev0.0: spisim VALUES. A character device in user space (CUSE) answers the requests of
 * linux/spi/spidev.h, as that header has them. VALUES is a file with three numbers, read at each message: of a
 * converter (12 bits), a thermocouple (quarters of a degree) and a resistance thermometer (15 bits). While the file is
 * not there, messages fail with EIO.
 *
 *   0x60, clock mode 0, 1 MHz     the converter's 12 bits, then 4 that mean nothing   (as an MCP3208)
 *   nothing                       the thermocouple's 14 bits, then 2 that mean nothing (as a MAX31855)
 *   0x80 0xc2                     switches the resistance thermometer on               (as a MAX31865)
 *   0x01, clock mode 1            its 15 bits, then one that means nothing
 *
 * What is not asked for so is answered with ones, as by a line that nobody drives.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <linux/spi/spidev.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { TRANSFERS_MAX = 4, BYTES_MAX = 64, REQUEST_MAX = 1 << 17 };

static int cuse;
static const char *values_path;
static uint32_t mode;
static int is_thermometer_on;

static void reply(
    uint64_t unique, int error, const void *first, size_t first_size, const void *second, size_t second_size)
{
    struct fuse_out_header header = { .error = error, .unique = unique };
    struct iovec parts[3] = {
        { &header, sizeof header }, { (void *)first, first_size }, { (void *)second, second_size },
    };
    header.len = sizeof header + first_size + second_size;
    if (writev(cuse, parts, 3) < 0 && errno != ENOENT) perror("spisim: reply");
}

static void begin(uint64_t unique)
{
    static const char name[] = "DEVNAME=spidev0.0";
    struct cuse_init_out out = {
        .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .flags = CUSE_UNRESTRICTED_IOCTL,
        .max_read = 4096, .max_write = 4096,
    };
    reply(unique, 0, &out, sizeof out, name, sizeof name);
}

/* Asks the kernel for what the request points at: it comes again, with these bytes and room for the others. */
static void ask(uint64_t unique, const struct fuse_ioctl_iovec *parts, int in, int out)
{
    struct fuse_ioctl_out again = { .flags = FUSE_IOCTL_RETRY, .in_iovs = in, .out_iovs = out };
    reply(unique, 0, &again, sizeof again, parts, (in + out) * sizeof *parts);
}

static void answer(uint64_t unique, int result, const void *bytes, size_t size)
{
    struct fuse_ioctl_out out = { .result = result };
    reply(unique, 0, &out, sizeof out, bytes, size);
}

static int read_values(int values[3])
{
    FILE *file = fopen(values_path, "r");
    int count = file ? fscanf(file, "%d %d %d", &values[0], &values[1], &values[2]) : 0;
    if (file) fclose(file);
    return count == 3;
}

/* The 16 bits that follow a command, while the chip stays selected. */
static unsigned word_of(
    const uint8_t *command, unsigned size, const struct spi_ioc_transfer *receive, const int values[3])
{
    unsigned clock = mode & SPI_MODE_X_MASK;
    if (size == 0) return (values[1] & 0x3fff) << 2 | 1;
    if (size == 1 && command[0] == 0x60 && clock == SPI_MODE_0 && receive->speed_hz == 1000000)
        return (values[0] & 0xfff) << 4 | 5;
    if (size == 1 && command[0] == 0x01 && clock == SPI_MODE_1 && is_thermometer_on)
        return (values[2] & 0x7fff) << 1 | 1;
    return 0xffff;
}

static void message(const struct fuse_in_header *header, const struct fuse_ioctl_in *in, const uint8_t *data)
{
    struct fuse_ioctl_iovec parts[1 + 2 * TRANSFERS_MAX] = { { in->arg, _IOC_SIZE(in->cmd) } };
    struct spi_ioc_transfer transfers[TRANSFERS_MAX];
    unsigned count = _IOC_SIZE(in->cmd) / sizeof *transfers, total = 0, sent = 0, received = 0;
    int sends = 0, receives = 0, values[3];
    if (count < 1 || count > TRANSFERS_MAX || _IOC_SIZE(in->cmd) % sizeof *transfers) {
        answer(header->unique, -EINVAL, NULL, 0);
        return;
    }
    if (in->in_size < _IOC_SIZE(in->cmd)) {
        ask(header->unique, parts, 1, 0);
        return;
    }

    memcpy(transfers, data, _IOC_SIZE(in->cmd));
    for (unsigned i = 0; i < count; i++) {
        total += transfers[i].len;
        if (transfers[i].tx_buf)
            parts[1 + sends++] = (struct fuse_ioctl_iovec){ transfers[i].tx_buf, transfers[i].len };
    }
    for (unsigned i = 0; i < count; i++)
        if (transfers[i].rx_buf)
            parts[1 + sends + receives++] = (struct fuse_ioctl_iovec){ transfers[i].rx_buf, transfers[i].len };
    if (total < 1 || total > BYTES_MAX) {
        answer(header->unique, -EMSGSIZE, NULL, 0);
        return;
    }
    if (in->in_size == _IOC_SIZE(in->cmd) && in->out_size == 0) {
        ask(header->unique, parts, 1 + sends, receives);
        return;
    }

    uint8_t command[BYTES_MAX], out[BYTES_MAX];
    if (!read_values(values)) {
        answer(header->unique, -EIO, NULL, 0);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (transfers[i].tx_buf) {
            memcpy(command + sent, data + _IOC_SIZE(in->cmd) + sent, transfers[i].len);
            sent += transfers[i].len;
        }
        if (transfers[i].rx_buf) {
            unsigned word = word_of(command, sent, &transfers[i], values);
            for (unsigned at = 0; at < transfers[i].len; at++)
                out[received + at] = at == 0 ? word >> 8 : at == 1 ? word & 255 : 255;
            received += transfers[i].len;
        }
    }
    if (sent == 2 && command[0] == 0x80 && command[1] == 0xc2) is_thermometer_on = 1;
    answer(header->unique, total, out, received);
}

static void request(const struct fuse_in_header *header, const struct fuse_ioctl_in *in, const uint8_t *data)
{
    struct fuse_ioctl_iovec part = { in->arg, sizeof mode };
    if (in->cmd == SPI_IOC_RD_MODE32) {
        if (in->out_size < sizeof mode) ask(header->unique, &part, 0, 1);
        else answer(header->unique, 0, &mode, sizeof mode);
    } else if (in->cmd == SPI_IOC_WR_MODE32) {
        if (in->in_size < sizeof mode) {
            ask(header->unique, &part, 1, 0);
        } else {
            memcpy(&mode, data, sizeof mode);
            answer(header->unique, 0, NULL, 0);
        }
    } else if (_IOC_TYPE(in->cmd) == SPI_IOC_MAGIC && _IOC_NR(in->cmd) == 0 && _IOC_DIR(in->cmd) == _IOC_WRITE) {
        message(header, in, data);
    } else {
        answer(header->unique, -ENOTTY, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    static _Alignas(8) uint8_t bytes[REQUEST_MAX];
    if (argc != 2) { fprintf(stderr, "usage: %s VALUES\n", argv[0]); return 2; }
    values_path = argv[1];
    cuse = open("/dev/cuse", O_RDWR);
    if (cuse < 0) { perror("/dev/cuse"); return 1; }
    for (;;) {
        ssize_t size = read(cuse, bytes, sizeof bytes);
        if (size < 0 && errno == EINTR) continue;
        if (size < (ssize_t)sizeof(struct fuse_in_header)) { perror("spisim: read"); return 1; }
        struct fuse_in_header *header = (struct fuse_in_header *)bytes;
        uint8_t *body = bytes + sizeof *header;
        struct fuse_open_out opened = { .fh = 1 };
        switch (header->opcode) {
        case CUSE_INIT: begin(header->unique); break;
        case FUSE_OPEN: reply(header->unique, 0, &opened, sizeof opened, NULL, 0); break;
        case FUSE_IOCTL:
            request(header, (struct fuse_ioctl_in *)body, body + sizeof(struct fuse_ioctl_in));
            break;
        case FUSE_FLUSH:
        case FUSE_RELEASE: reply(header->unique, 0, NULL, 0, NULL, 0); break;
        case FUSE_INTERRUPT: break;
        default: reply(header->unique, -ENOSYS, NULL, 0, NULL, 0);
        }
    }
}
