using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>Registers of chips without a driver, against a stand-in for the kernel's requests: it reads them byte by
/// byte, as <c>linux/spi/spidev.h</c> and <c>linux/i2c-dev.h</c> lay them out. No chip is talked to here.</summary>
public sealed class RegisterProbeTests
{
    [Fact]
    public void An_spi_chip_is_sent_the_command_and_answers_while_it_stays_selected()
    {
        var kernel = new WireKernel(0x9A, 0xB7);
        Assert.Equal(0x9AB, Spi(kernel, "spi 0.1 0x60 u16 be >>4").Read().Number);
        Assert.Equal(["open /dev/spidev0.1", "send 60 receive 2"], kernel.Told);
    }

    [Fact]
    public void A_chip_that_answers_at_once_is_sent_nothing()
    {
        var kernel = new WireKernel(0xFF, 0x87);
        Assert.Equal(-7.75, Spi(kernel, "spi 2.0 - i16 be >>2 *0.25").Read().Number);
        Assert.Equal(["open /dev/spidev2.0", "receive 2"], kernel.Told);
    }

    [Fact]
    public void Mode_speed_and_size_of_words_are_as_they_are_declared_and_the_rest_of_the_mode_stays()
    {
        var kernel = new WireKernel(0x12, 0x34) { Mode = 0x41 };
        var probe = Spi(kernel, "spi 0.0 0x0A0B u16 be mode:2 speed:500000 bits:16");
        Assert.Equal(0x1234, probe.Read().Number);

        // The stand-in's wire has bytes; words lie in memory with the low byte first.
        const string Exchange = "send 0A0B receive 2 at 500000 Hz with words of 16";
        Assert.Equal(["open /dev/spidev0.0", "mode 42", Exchange], kernel.Told);
        probe.Read();
        Assert.Equal(["open /dev/spidev0.0", Exchange], kernel.Told[3..]);
    }

    [Fact]
    public void What_is_to_be_set_up_is_sent_once_before_the_first_reading()
    {
        var kernel = new WireKernel(0x40);
        var probe = Spi(kernel, "spi 0.0 0x01 u8 setup:0x80C2");
        probe.Read();
        probe.Read();
        Assert.Equal(
            ["open /dev/spidev0.0", "send 80C2", "send 01 receive 1", "open /dev/spidev0.0", "send 01 receive 1"],
            kernel.Told);
    }

    [Theory]
    [InlineData("spi 0.0 0x01 u8 setup:0x80C2", "send 80C2")]
    [InlineData("i2c 1 0x23 - u8 setup:0x0110", "to 23 send 0110")]
    public void A_chip_is_set_up_anew_after_a_reading_that_failed(string address, string setup)
    {
        var kernel = new WireKernel(0x40);
        ISensorProbe probe = address[0] == 's' ? Spi(kernel, address) : I2c(kernel, address);
        probe.Read();
        kernel.Error = 5;
        Assert.Throws<IOException>(() => probe.Read());
        kernel.Error = 0;
        probe.Read();
        probe.Read();
        Assert.Equal(2, kernel.Told.Count(told => told == setup));
    }

    [Fact]
    public void A_transfer_that_the_kernel_refuses_is_an_error_that_names_the_device()
    {
        var kernel = new WireKernel { Error = 22 };
        Assert.StartsWith("/dev/spidev0.0 cannot be read: ",
            Assert.Throws<IOException>(() => Spi(kernel, "spi 0.0 0x01 u8").Read()).Message);
        Assert.StartsWith("/dev/spidev0.0 does not take mode 3: ",
            Assert.Throws<IOException>(() => Spi(kernel, "spi 0.0 0x01 u8 mode:3").Read()).Message);
    }

    [Fact]
    public void A_device_that_is_not_there_says_what_is_needed()
    {
        using var tree = new SensorTree();
        var problem = tree.Read("spi 7.0 0x01 u8").Problem;
        Assert.StartsWith($"{tree.PathOf("dev/spidev7.0")} cannot be opened: ", problem);
        Assert.Contains("module spidev", problem);
    }

    [Fact]
    public void An_i2c_register_is_written_and_read_in_one_transfer()
    {
        var kernel = new WireKernel(0x1E, 0x80);
        Assert.Equal(30.5, I2c(kernel, "i2c 1 0x48 0x00 i16 be *0.00390625").Read().Number);
        Assert.Equal(["open /dev/i2c-1", "chip 48", "to 48 send 00 receive 2"], kernel.Told);
        Assert.Equal(30.5, I2c(kernel, "i2c 1 0x48 0x0102 i16 be *0.00390625").Read().Number);
        Assert.Equal("to 48 send 0102 receive 2", kernel.Told[^1]);
    }

    [Fact]
    public void An_i2c_chip_may_have_no_registers_and_something_to_set_up()
    {
        var kernel = new WireKernel(0x04, 0xB0);
        var probe = I2c(kernel, "i2c 1 0x23 - u16 be *0.5 setup:0x0110");
        Assert.Equal(600, probe.Read().Number);
        probe.Read();
        Assert.Equal(
            [
                "open /dev/i2c-1", "chip 23", "to 23 send 0110", "to 23 receive 2",
                "open /dev/i2c-1", "chip 23", "to 23 receive 2",
            ],
            kernel.Told);
    }

    [Fact]
    public void An_i2c_chip_that_a_driver_has_is_left_to_it()
    {
        var kernel = new WireKernel { Error = 16 };
        var error = Assert.Throws<IOException>(() => I2c(kernel, "i2c 1 0x48 0x00 u8").Read());
        Assert.Equal(
            "The chip 0x48 of /dev/i2c-1 has a driver: read it by hwmon or iio, or unbind that.", error.Message);
    }

    [Theory]
    [InlineData("spi 0 0x01 u8")]
    [InlineData("spi 0.0 01 u8")]
    [InlineData("spi 0.0 0x011 u8")]
    [InlineData("spi 0.0 0x01")]
    [InlineData("spi 0.0 0x010203040506070809 u8")]
    [InlineData("spi 0.0 0x01 text:4")]
    [InlineData("spi 0.0 0x01 u8 mode:4")]
    [InlineData("spi 0.0 0x01 u8 speed:10")]
    [InlineData("spi 0.0 0x01 u8 bits:16")]
    [InlineData("spi 0.0 0x0102 u24 bits:16")]
    [InlineData("spi 0.0 0x01 u8 setup:")]
    [InlineData("spi 0.0 0x01 u8 fast")]
    [InlineData("spi ../x.0 0x01 u8")]
    [InlineData("i2c 1 0x48 0x00 text:4")]
    [InlineData("i2c 1 0x48 0x10000 u8")]
    [InlineData("i2c 1 0x48 0x00 u8 setup:01")]
    public void What_is_no_register_is_refused_with_an_example(string text)
    {
        Assert.Null(SensorAddress.Parse(text, out var problem));
        Assert.Contains("'spi 0.1 0x60 u16 be >>4 mode:0'", problem);
    }

    [Fact]
    public void Registers_of_one_spi_chip_are_read_by_one_thread()
    {
        var temperature = SensorAddress.Parse("spi 0.1 0x60 u16 be", out _)!;
        var level = SensorAddress.Parse("spi 0.1 0x64 u16 be mode:1", out _)!;
        Assert.Equal(("spi 0.1", "spi 0.1"), (temperature.ChipText, level.ChipText));
        Assert.Equal("spi 0.1 0x64 u16 be mode:1", level.ToString());
    }

    private static SpiProbe Spi(WireKernel kernel, string address)
    {
        Assert.True(SpiRegister.TryParse(address.Split(' '), out var register));
        return new SpiProbe(kernel, "/", register!);
    }

    private static I2cProbe I2c(WireKernel kernel, string address)
    {
        Assert.True(I2cRegister.TryParse(address.Split(' '), out var register));
        return new I2cProbe(kernel, "/", register!);
    }

    /// <summary>Answers every read with the same bytes, and notes what goes over the wire.</summary>
    private sealed class WireKernel(params byte[] answer) : IDeviceKernel
    {
        public List<string> Told { get; } = [];

        public uint Mode { get; set; }

        public int Error { get; set; }

        public SafeFileHandle Open(string device, string need)
        {
            Told.Add($"open {device}");
            return File.OpenHandle("/dev/null");
        }

        public int Request(SafeFileHandle handle, uint request, uint number)
        {
            Assert.Equal(0x0703u, request);
            Told.Add($"chip {number:x}");
            return Error;
        }

        public int Request(SafeFileHandle handle, uint request, Span<byte> structure)
        {
            if (Error != 0)
            {
                return Error;
            }

            switch (request)
            {
                case 0x80046B05:
                    BinaryPrimitives.WriteUInt32LittleEndian(structure, Mode);
                    break;
                case 0x40046B05:
                    Mode = BinaryPrimitives.ReadUInt32LittleEndian(structure);
                    Told.Add($"mode {Mode:x}");
                    break;
                case 0x0707:
                    TransferI2c(structure);
                    break;
                default:
                    // _IOW: direction 1, size, type 'k', number 0.
                    Assert.Equal(0x40006B00u, request & 0xC000FFFF);
                    Assert.Equal((uint)structure.Length, (request >> 16) & 0x3FFF);
                    TransferSpi(structure);
                    break;
            }

            return 0;
        }

        private void TransferSpi(Span<byte> transfers)
        {
            var parts = new List<string>();
            var settings = "";
            for (; transfers.Length > 0; transfers = transfers[32..])
            {
                var (sent, received) = (Address(transfers), Address(transfers[8..]));
                var length = BinaryPrimitives.ReadInt32LittleEndian(transfers[16..]);
                var (speed, bits) = (BinaryPrimitives.ReadInt32LittleEndian(transfers[20..]), transfers[26]);
                Assert.True(sent == 0 != (received == 0));
                Assert.Equal(new byte[2], transfers.Slice(24, 2).ToArray());
                Assert.Equal(new byte[5], transfers.Slice(27, 5).ToArray());
                var wordSize = bits == 0 ? 1 : bits / 8;
                parts.Add(sent != 0 ? $"send {Sent(sent, length, wordSize)}" : Received(received, length, wordSize));
                settings = (speed > 0 ? $" at {speed} Hz" : "") + (bits > 0 ? $" with words of {bits}" : "");
            }

            Told.Add(string.Join(' ', parts) + settings);
        }

        /// <summary>Messages of 16 bytes: address u16, flags u16, length u16, pointer at 8.</summary>
        private void TransferI2c(Span<byte> list)
        {
            Assert.Equal(16, list.Length);
            var messages = new byte[16 * BinaryPrimitives.ReadInt32LittleEndian(list[8..])];
            Marshal.Copy(Address(list), messages, 0, messages.Length);
            var told = $"to {messages[0]:x}";
            for (var at = 0; at < messages.Length; at += 16)
            {
                var bytes = Address(messages.AsSpan(at + 8));
                Assert.Equal(messages[0], messages[at]);
                told += messages[at + 2] == 0
                    ? $" send {Sent(bytes, messages[at + 4], 1)}" : $" {Received(bytes, messages[at + 4], 1)}";
            }

            Told.Add(told);
        }

        private static string Sent(nint address, int length, int wordSize)
        {
            var bytes = new byte[length];
            Marshal.Copy(address, bytes, 0, length);
            return Convert.ToHexString(Turned(bytes, wordSize));
        }

        private string Received(nint address, int length, int wordSize)
        {
            Marshal.Copy(Turned(answer[..length], wordSize), 0, address, length);
            return $"receive {length}";
        }

        private static byte[] Turned(byte[] bytes, int wordSize) =>
            [.. bytes.Chunk(wordSize).SelectMany(word => word.Reverse())];

        private static nint Address(ReadOnlySpan<byte> bytes) => (nint)BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
