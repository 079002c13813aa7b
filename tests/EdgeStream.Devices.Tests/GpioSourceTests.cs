using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeStream.Testing;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices.Tests;

/// <summary>
/// Watched lines, against a stand-in for the kernel's requests: it checks them byte by byte, as <c>linux/gpio.h</c>
/// lays them out, and a pipe carries the edges, so that waiting and reading are the kernel's own.
/// </summary>
public sealed partial class GpioSourceTests
{
    private static readonly GpioInputOptions Door = new() { Name = "door", Line = 17 };

    [Fact]
    public async Task The_level_is_told_first_and_then_each_edge_at_the_time_of_its_stamp()
    {
        await using var test = await Watched.StartAsync(Door);
        test.Edge(17, rising: true, secondsAgo: 3);
        test.Edge(17, rising: false, secondsAgo: 2.5);
        test.Turn();
        Assert.Equal(["{\"door\":false}", "{\"door\":true}", "{\"door\":false}"], test.Data);
        Assert.Equal(
            [test.Now - TimeSpan.FromSeconds(3), test.Now - TimeSpan.FromSeconds(2.5)],
            test.Records.Skip(1).Select(record => record.EventTime.ToDateTimeOffset()));
    }

    [Fact]
    public async Task Edges_of_several_lines_are_in_the_order_of_their_stamps()
    {
        await using var test = await Watched.StartAsync(Door, Door with { Name = "gate", Line = 4 });
        test.Edge(17, rising: true, secondsAgo: 3);
        test.Edge(17, rising: false, secondsAgo: 1);
        test.Edge(4, rising: true, secondsAgo: 2);
        test.Turn();
        Assert.Equal(["{\"door\":true}", "{\"gate\":true}", "{\"door\":false}"], test.Data[2..]);
    }

    [Fact]
    public async Task Edges_that_the_kernel_had_no_room_for_are_stated()
    {
        await using var test = await Watched.StartAsync(Door);
        test.Edge(17, rising: true, secondsAgo: 3);
        test.Skip(17, 5);
        test.Edge(17, rising: false, secondsAgo: 1);
        test.Turn();
        Assert.Equal(["{\"door\":true}", "{\"door\":false,\"door_lost\":5}"], test.Data[1..]);
        Assert.Equal(5, test.Source.Status[0].Lost);
    }

    [Fact]
    public async Task A_count_is_recorded_every_period_with_what_was_lost()
    {
        await using var test = await Watched.StartAsync(Door with { Name = "litres", Report = "count" });
        test.Edge(17, rising: true, secondsAgo: 3);
        test.Skip(17, 2);
        test.Edge(17, rising: true, secondsAgo: 1);
        test.Turn();
        Assert.Empty(test.Data);
        test.Time.Advance(TimeSpan.FromSeconds(10));
        test.Turn();
        test.Time.Advance(TimeSpan.FromSeconds(10));
        test.Turn();
        Assert.Equal(["{\"litres\":4,\"litres_lost\":2}", "{\"litres\":4}"], test.Data);
    }

    [Fact]
    public async Task A_frequency_is_that_of_whole_waves_by_the_stamps()
    {
        await using var test = await Watched.StartAsync(Door with { Name = "rotor", Report = "frequency" });
        for (var i = 0; i <= 8; i++)
        {
            test.Edge(17, rising: true, secondsAgo: 8 - (i * 0.25));
        }

        test.Turn();
        test.Time.Advance(TimeSpan.FromSeconds(10));
        test.Turn();
        test.Time.Advance(TimeSpan.FromSeconds(10));
        test.Turn();
        Assert.Equal(
            ["{\"rotor\":4,\"units\":{\"rotor\":\"Hz\"}}", "{\"rotor\":0,\"units\":{\"rotor\":\"Hz\"}}"], test.Data);
    }

    [Fact]
    public async Task A_request_says_everything_that_was_configured()
    {
        await using var test = await Watched.StartAsync(
            Door with
            {
                IsActiveLow = true, Bias = "pull-up", Edges = "falling", Debounce = TimeSpan.FromMilliseconds(5),
            });
        Assert.Equal("take 17 flags 126 kept 1024 attribute 3 5000 as edgestream", Assert.Single(test.Kernel.Requests));
    }

    [Fact]
    public async Task A_chip_that_goes_is_told_once_and_taken_again_when_it_comes_back()
    {
        await using var test = await Watched.StartAsync(Door);
        test.Kernel.Error = 19;
        test.Kernel.Close(17);
        test.Turn();
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Turn();
        Assert.StartsWith("{\"stale\":true,\"sensor\":\"door\",\"problem\":\"Line 17 of /dev/gpiochip0", test.Data[1]);
        Assert.True(test.Source.Status[0].IsStale);
        Assert.Equal(2, test.Source.Status[0].Failures);

        test.Kernel.Error = 0;
        test.Time.Advance(TimeSpan.FromSeconds(2));
        test.Turn();
        Assert.Equal("{\"door\":false}", test.Data[2]);
        Assert.Equal(3, test.Data.Length);
        Assert.Null(test.Source.Status[0].Problem);
    }

    [Fact]
    public async Task It_runs_until_it_is_stopped_and_lets_the_lines_go()
    {
        await using var test = await Watched.StartAsync(Door);
        using var stop = new CancellationTokenSource();
        var run = test.Source.RunAsync(stop.Token);
        test.Edge(17, rising: true, secondsAgo: 0);
        await Poll.UntilAsync(() => test.Data.Length == 2);
        await stop.CancelAsync();
        await run;
        Assert.Equal(1, test.Source.Status[0].Value);
    }

    /// <summary>A source that was turned once, with its stand-in and a clock that stands.</summary>
    private sealed class Watched : IAsyncDisposable
    {
        private readonly StreamFolder _folder;
        private readonly Dictionary<int, uint> _numbers = [];

        private Watched(StreamFolder folder, GpioInputOptions[] lines)
        {
            _folder = folder;
            Source = new GpioSource(
                Kernel, new GpioSourceOptions { Name = "lines", Device = "cabinet", Lines = lines },
                folder.Stream("readings"), null, folder.Time, new ListLogger<GpioSource>());
        }

        internal PipeKernel Kernel { get; } = new();

        internal GpioSource Source { get; }

        internal ManualTimeProvider Time => _folder.Time;

        internal DateTimeOffset Now => Time.GetUtcNow();

        internal string[] Data => [.. Records.Select(record => record.Data)];

        /// <summary>Those of the source; a turn ends with another key's record, which is durable after them.</summary>
        internal List<StreamFolder.StoredRecord> Records =>
            [.. _folder.Read("readings").Where(record => record.Key == "cabinet")];

        internal static async Task<Watched> StartAsync(params GpioInputOptions[] lines)
        {
            var test = new Watched(await StreamFolder.OpenAsync(), lines);
            test.Time.Advance(TimeSpan.FromMinutes(1));
            test.Turn();
            return test;
        }

        internal void Turn()
        {
            Source.Turn();
            _folder.Stream("readings").AppendAsync("end"u8.ToArray(), "{}"u8.ToArray()).AsTask().Wait();
        }

        internal void Edge(int line, bool rising, double secondsAgo)
        {
            Skip(line, 1);
            var stamp = (long)((Time.GetTimestamp() / (double)Time.TimestampFrequency - secondsAgo) * 1e9);
            Span<byte> edge = stackalloc byte[48];
            edge.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(edge, stamp);
            BinaryPrimitives.WriteUInt32LittleEndian(edge[8..], rising ? 1u : 2u);
            BinaryPrimitives.WriteUInt32LittleEndian(edge[12..], (uint)line);
            BinaryPrimitives.WriteUInt32LittleEndian(edge[20..], _numbers[line]);
            Kernel.Write(line, edge);
        }

        internal void Skip(int line, uint edges) => _numbers[line] = _numbers.GetValueOrDefault(line) + edges;

        public async ValueTask DisposeAsync()
        {
            Kernel.Dispose();
            await _folder.DisposeAsync();
        }
    }

    /// <summary>Gives each line that is taken the end of a pipe, and reads the structures by the offsets of the
    /// header.</summary>
    private sealed partial class PipeKernel : IDeviceKernel, IDisposable
    {
        private readonly Dictionary<int, FileStream> _writers = [];

        internal List<string> Requests { get; } = [];

        internal int Error { get; set; }

        public SafeFileHandle Open(string device, string need) => File.OpenHandle("/dev/null");

        public int Request(SafeFileHandle handle, uint request, uint number) =>
            throw new NotSupportedException("Lines have no such request.");

        public int Request(SafeFileHandle handle, uint request, Span<byte> structure)
        {
            if (Error != 0)
            {
                return Error;
            }

            if ((request & 0xFF) == 0x0E)
            {
                Assert.Equal((16, 1ul), (structure.Length, U64(structure, 8)));
                structure[..8].Clear();
                return 0;
            }

            Assert.Equal((0xC250B407u, 592, 1u), (request, structure.Length, U32(structure, 560)));
            var attribute = U32(structure, 296) == 1 ? $" attribute {U32(structure, 320)} {U64(structure, 328)}" : "";
            var name = System.Text.Encoding.ASCII.GetString(structure[256..288]).TrimEnd('\0');
            Requests.Add($"take {U32(structure, 0)} flags {U64(structure, 288):x} kept {U32(structure, 564)}"
                + $"{attribute} as {name}");
            var ends = new int[2];
            Assert.Equal(0, MakePipe(ends));
            _writers[(int)U32(structure, 0)] = new FileStream(
                new SafeFileHandle(ends[1], ownsHandle: true), FileAccess.Write, bufferSize: 0);
            BinaryPrimitives.WriteInt32LittleEndian(structure[588..], ends[0]);
            return 0;
        }

        public void Dispose()
        {
            foreach (var writer in _writers.Values)
            {
                writer.Dispose();
            }
        }

        internal void Write(int line, ReadOnlySpan<byte> bytes) => _writers[line].Write(bytes);

        internal void Close(int line) => _writers[line].Dispose();

        private static uint U32(Span<byte> structure, int at) =>
            BinaryPrimitives.ReadUInt32LittleEndian(structure[at..]);

        private static ulong U64(Span<byte> structure, int at) =>
            BinaryPrimitives.ReadUInt64LittleEndian(structure[at..]);

        [LibraryImport("libc", EntryPoint = "pipe")]
        private static partial int MakePipe([Out] int[] ends);
    }
}
