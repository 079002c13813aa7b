using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices.Tests;

/// <summary>
/// A driven line, against a stand-in for the kernel's interface: it checks the requests byte by byte, as
/// <c>linux/gpio.h</c> lays them out. No line of a real or simulated chip is switched here.
/// </summary>
public sealed class GpioOutputTests
{
    [Fact]
    public void The_line_is_taken_with_its_first_value_and_then_switched()
    {
        var kernel = new StandInKernel();
        using var output = new GpioOutput(kernel, "/dev/gpiochip1", 17, isActiveLow: true);
        output.Set(true);
        output.Set(false);
        output.Set(true);

        Assert.Equal(["/dev/gpiochip1"], kernel.Opened);
        Assert.Equal(["take 17 flags 10 value 1 as edgestream", "set 0 mask 1", "set 1 mask 1"], kernel.Requests);
    }

    [Fact]
    public void A_line_that_another_program_has_is_an_error_that_names_it_and_is_taken_at_the_next_call()
    {
        var kernel = new StandInKernel { Error = 16 };
        using var output = new GpioOutput(kernel, "/dev/gpiochip0", 4, isActiveLow: false);
        var error = Assert.Throws<IOException>(() => output.Set(true));
        Assert.StartsWith("Line 4 of /dev/gpiochip0 cannot be taken: ", error.Message);

        kernel.Error = 0;
        output.Set(false);
        Assert.Equal("take 4 flags 8 value 0 as edgestream", kernel.Requests[^1]);
    }

    [Fact]
    public void A_line_that_cannot_be_switched_is_taken_anew()
    {
        var kernel = new StandInKernel();
        using var output = new GpioOutput(kernel, "/dev/gpiochip0", 4, isActiveLow: false);
        output.Set(true);
        kernel.Error = 19;
        Assert.Contains("cannot be switched", Assert.Throws<IOException>(() => output.Set(false)).Message);
        kernel.Error = 0;
        output.Set(false);
        Assert.StartsWith("take 4", kernel.Requests[^1]);
    }

    [Fact]
    public void A_chip_that_is_not_there_is_an_error_that_says_so()
    {
        using var output = new GpioOutput("/dev/no-such-gpiochip", 0, isActiveLow: false);
        var error = Assert.Throws<IOException>(() => output.Set(true));
        Assert.StartsWith("/dev/no-such-gpiochip cannot be opened: ", error.Message);
    }

    /// <summary>Reads the structures by the offsets of the header, not by those of the code.</summary>
    private sealed class StandInKernel : IDeviceKernel
    {
        public List<string> Opened { get; } = [];

        public List<string> Requests { get; } = [];

        public int Error { get; set; }

        public SafeFileHandle Open(string device, string need)
        {
            Opened.Add(device);
            return File.OpenHandle("/dev/null");
        }

        public int Request(SafeFileHandle handle, uint request, uint number) =>
            throw new NotSupportedException("Lines have no such request.");

        public int Request(SafeFileHandle handle, uint request, Span<byte> structure)
        {
            if (Error != 0)
            {
                return Error;
            }

            // _IOWR: direction 3, size, type 0xB4, number.
            Assert.Equal((uint)structure.Length, (request >> 16) & 0x3FFF);
            Assert.Equal(3u, request >> 30);
            Assert.Equal(0xB4u, (request >> 8) & 0xFF);
            if ((request & 0xFF) == 0x0F)
            {
                Requests.Add($"set {U64(structure, 0)} mask {U64(structure, 8)}");
                return 0;
            }

            Assert.Equal((0x07u, 592), (request & 0xFF, structure.Length));
            var name = Encoding.ASCII.GetString(structure[256..288]).TrimEnd('\0');
            Assert.Equal((1u, 1u, 2u, 1ul), (U32(structure, 560), U32(structure, 296), U32(structure, 320),
                U64(structure, 336)));
            Requests.Add($"take {U32(structure, 0)} flags {U64(structure, 288)} value {U64(structure, 328)} as {name}");
            using var line = File.OpenHandle("/dev/null");
            BinaryPrimitives.WriteInt32LittleEndian(structure[588..], (int)line.DangerousGetHandle());
            line.SetHandleAsInvalid();
            return 0;
        }

        private static uint U32(Span<byte> structure, int at) =>
            BinaryPrimitives.ReadUInt32LittleEndian(structure[at..]);

        private static ulong U64(Span<byte> structure, int at) =>
            BinaryPrimitives.ReadUInt64LittleEndian(structure[at..]);
    }
}
