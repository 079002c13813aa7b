using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Seeking by sequence and by time, in one segment and over many, before and after a restart.</summary>
public sealed class ReaderTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_starts_at_any_sequence_and_any_arrival_time(bool isReopened)
    {
        var disk = new SimulatedDisk(new Random(1));
        var clock = new ManualTimeProvider(Start);
        var log = new OpenLog(disk, null, clock);
        var count = 0;
        while (log.Log.Segments.Length < 4)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            log.AppendAcknowledged($"{++count} " + new string('x', 700));
        }

        if (isReopened)
        {
            log.Close();
            log = new OpenLog(disk, null, clock);
        }

        for (var wanted = 1; wanted <= count; wanted += 7)
        {
            using var reader = log.Log.OpenReader(new SequenceNumber(wanted));
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(wanted, record.Sequence.Value);
            Assert.Equal(0, reader.SkippedRecords);
            var arrival = Timestamp.From(Start + TimeSpan.FromSeconds(wanted));
            Assert.Equal(arrival, record.ArrivalTime);
            Assert.Equal(wanted, log.Log.FindByArrivalTime(arrival).Value);
            Assert.Equal(wanted, log.Log.FindByArrivalTime(new Timestamp(arrival.UnixMicroseconds - 1)).Value);
        }

        Assert.Equal(count + 1, log.Log.FindByArrivalTime(Timestamp.From(Start.AddDays(1))).Value);
        Assert.Equal(1, log.Log.FindByArrivalTime(default).Value);
        log.Dispose();
    }

    [Fact]
    public async Task Readers_see_nothing_that_is_not_acknowledged()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        log.AppendAcknowledged("first");
        Task acknowledged;
        lock (disk.Gate)
        {
            // The committer cannot write while the gate is held.
            acknowledged = log.Log.WhenAcknowledged(log.Append("second"));
            Assert.False(acknowledged.IsCompleted);
            Assert.Equal(SequenceNumber.First, log.Log.NewestSequence);
        }

        await acknowledged;
        Assert.Equal(2, log.ReadAll().Count);
    }

    [Fact]
    public void Damage_in_a_sealed_segment_is_passed_over_and_counted()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        while (log.Log.Segments.Length < 2)
        {
            log.AppendAcknowledged(new string('x', 1000));
        }

        disk.BytesOf(log.Log.Segments[0].Path)[20_000] ^= 0x10;
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        long read = 0;
        while (reader.TryRead(out _))
        {
            read++;
        }

        Assert.Equal(1, reader.SkippedRecords);
        Assert.Equal(1, log.Log.LostRecords);
        using var other = log.Log.OpenReader(SequenceNumber.First);
        while (other.TryRead(out _))
        {
        }

        Assert.Equal(1, log.Log.LostRecords);
        Assert.Equal(log.Log.NewestSequence.Value - 1, read);
    }
}
