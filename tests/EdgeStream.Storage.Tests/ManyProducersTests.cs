using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Producers that append at the same time, through a buffer that is far too small for them.</summary>
public sealed class ManyProducersTests
{
    private const int Producers = 6;
    private const int RecordsEach = 3000;

    [Fact]
    public async Task Records_are_whole_dense_and_in_each_producers_order()
    {
        var seed = TestSeed.Take(1).First();
        var disk = new SimulatedDisk(new Random(seed));
        var options = OpenLog.Options() with { BufferSizeBytesMax = 4096, SegmentSizeBytes = 256 << 10 };
        using var log = new OpenLog(disk, options);
        var places = new ConcurrentDictionary<long, (int Producer, int Number)>();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Factory.StartNew(
            () => Produce(log, producer, seed, places),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(Producers * RecordsEach, places.Count);
        await log.Log.WhenAcknowledged(new SequenceNumber(Producers * RecordsEach));
        TestSeed.Run(seed, _ => Check(log, places, seed));
    }

    [Fact]
    public void A_record_that_nobody_waits_for_becomes_visible_by_itself()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)));
        for (var i = 1; i <= 200; i++)
        {
            var sequence = log.Append($"record {i}");
            Assert.True(SpinWait.SpinUntil(() => log.Log.NewestSequence >= sequence, TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task A_record_larger_than_the_buffer_is_not_kept_out_by_small_ones()
    {
        var disk = new SimulatedDisk(new Random(1));
        var options = OpenLog.Options() with { BufferSizeBytesMax = 4096 };
        using var log = new OpenLog(disk, options);
        var large = new byte[3 * options.BufferSizeBytesMax];
        Task acknowledged;
        lock (disk.Gate)
        {
            // The committer cannot write, so that one of these stays in the buffer that the large one goes to.
            log.Append("being written");
            log.Append("waiting");
            Assert.Equal(AppendStatus.Accepted, log.Log.TryAppend("k"u8, large, null, out var sequence));
            acknowledged = log.Log.WhenAcknowledged(sequence);
        }

        await acknowledged;
        await log.Log.WhenRoom();
        log.AppendAcknowledged("behind it");
    }

    [Fact]
    public async Task Producers_wait_for_a_new_segment_and_none_is_forgotten()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, OpenLog.Options() with { BufferSizeBytesMax = 2048 });
        var producers = Enumerable.Range(0, 64).Select(producer => Task.Run(async () =>
        {
            for (var number = 0; number < 50; number++)
            {
                var value = Encoding.UTF8.GetBytes($"{producer} {number} {new string('.', 200)}");
                SequenceNumber sequence;
                while (log.Log.TryAppend("k"u8, value, null, out sequence) == AppendStatus.Busy)
                {
                    await log.Log.WhenRoom();
                }

                await log.Log.WhenAcknowledged(sequence);
            }
        }));
        await Task.WhenAll(producers);
        Assert.Equal(64 * 50, log.ReadAll().Count);
        Assert.True(log.Log.Segments.Length > 5);
    }

    private static void Produce(
        OpenLog log, int producer, int seed, ConcurrentDictionary<long, (int Producer, int Number)> places)
    {
        var key = new byte[] { (byte)producer };
        for (var number = 0; number < RecordsEach; number++)
        {
            SequenceNumber sequence;
            var value = ValueOf(producer, number, seed);
            Timestamp? eventTime = number % 3 == 0 ? new Timestamp(number) : null;
            while (log.Log.TryAppend(key, value, eventTime, out sequence) == AppendStatus.Busy)
            {
                log.Log.WhenRoom().GetAwaiter().GetResult();
            }

            Assert.True(places.TryAdd(sequence.Value, (producer, number)));
        }
    }

    private static byte[] ValueOf(int producer, int number, int seed)
    {
        var random = new Random(seed ^ (producer << 24) ^ number);
        var value = new byte[8 + random.Next(number % 100 == 0 ? 9000 : 300)];
        random.NextBytes(value);
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return value;
    }

    private static void Check(
        OpenLog log, ConcurrentDictionary<long, (int Producer, int Number)> places, int seed)
    {
        var next = new int[Producers];
        var expected = 1L;
        var newestTime = default(Timestamp);
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        while (reader.TryRead(out var record))
        {
            Assert.Equal(expected++, record.Sequence.Value);
            var (producer, number) = places[record.Sequence.Value];
            Assert.Equal(producer, Assert.Single(record.Key.ToArray()));
            Assert.Equal(next[producer]++, number);
            Assert.True(record.Value.SequenceEqual(ValueOf(producer, number, seed)));
            Assert.True(number % 3 != 0 || record.EventTime == new Timestamp(number));
            Assert.True(record.ArrivalTime >= newestTime, "Arrival times go back.");
            newestTime = record.ArrivalTime;
        }

        Assert.Equal((Producers * RecordsEach) + 1, expected);
        Assert.Equal(0, reader.SkippedRecords);
    }
}
