using System.Security.Cryptography;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams.Tests.Groups;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Aggregation;

/// <summary>Records of the Kinesis Producer Library's format, taken apart as the Kinesis Client Library does.</summary>
public sealed class UserRecordTests
{
    private const int FuzzCount = 20_000;

    [Fact]
    public void The_format_is_the_producer_librarys_byte_for_byte()
    {
        var aggregator = new RecordAggregator();
        aggregator.Add("a", "x"u8);
        aggregator.Add("a", "yz"u8, 5);
        const string Message = "0A0161" + "120135" + "1A0508001A0178" + "1A0808001000" + "1A02797A";
        var digest = Convert.ToHexString(MD5.HashData(Convert.FromHexString(Message)));
        Assert.Equal("F3899AC2" + Message + digest, Convert.ToHexString(aggregator.ToArray()));
        Assert.Equal(aggregator.SizeBytes, aggregator.ToArray().Length);
    }

    [Fact]
    public async Task User_records_come_one_by_one_with_their_own_keys_and_places()
    {
        await using var stage = await GroupStage.StartAsync();
        await PutAsync(stage, "plain"u8);
        var aggregator = new RecordAggregator();
        aggregator.Add("a", "1"u8);
        aggregator.Add("b", "2"u8);
        aggregator.Add("a", "3"u8);
        await PutAsync(stage, aggregator.ToArray());
        await PutAsync(stage, "last"u8);
        Assert.Equal(["1 k plain", "2.0 a 1", "2.1 b 2", "2.2 a 3", "3 k last"], Read(stage));

        // Who has done a part of it goes on behind that part.
        Assert.Equal(["2.2 a 3", "3 k last"], Read(stage, new GroupCheckpoint(new SequenceNumber(2), 1)));
        Assert.Equal(["3 k last"], Read(stage, new GroupCheckpoint(new SequenceNumber(2), 2)));
        Assert.Equal(["3 k last"], Read(stage, new GroupCheckpoint(new SequenceNumber(2))));
    }

    [Fact]
    public async Task Every_place_to_stop_and_go_on_gives_all_of_it_once()
    {
        await using var stage = await GroupStage.StartAsync();
        var aggregator = new RecordAggregator();
        for (var i = 0; i < 4; i++)
        {
            aggregator.Add($"k{i}", "x"u8);
        }

        await PutAsync(stage, aggregator.ToArray());
        await PutAsync(stage, "plain"u8);
        await PutAsync(stage, aggregator.ToArray());
        var all = Read(stage);
        Assert.Equal(9, all.Length);
        for (var count = 0; count < all.Length; count++)
        {
            var done = GroupCheckpoint.None;
            using (var reader = Open(stage, done))
            {
                for (var i = 0; i < count; i++)
                {
                    Assert.True(reader.TryRead(out var record));
                    done = new GroupCheckpoint(record.Sequence, record.SubSequence);
                }
            }

            Assert.Equal(all[count..], Read(stage, done));
        }
    }

    [Theory]
    [InlineData("0A0161 1A0508011A0178")] // A key that is not in the table.
    [InlineData("0A0161 1A0708001009 1A0178")] // Nor a hash key.
    [InlineData("0A0161 1A03 1A0178")] // No key at all.
    [InlineData("0A0161 1A02 0800")] // No data.
    [InlineData("0A0161 12 01 78 1A0708001000 1A0178")] // A hash key that is no number.
    [InlineData("0A0161 1A0908001A0178 2202 1200")] // A tag without a key.
    [InlineData("0A0161 1A05 0800 1A 05 78")] // Data that is cut off.
    [InlineData("0A FFFFFFFFFFFFFFFFFF01 61")]
    [InlineData("0C")] // The end of a group that never began.
    [InlineData("07")]
    [InlineData("00")]
    [InlineData("23 2B 24 2C")] // Groups that end in the wrong order.
    public async Task A_malformed_one_comes_as_it_is(string message)
    {
        await using var stage = await GroupStage.StartAsync();
        var data = Wrap(Convert.FromHexString(message.Replace(" ", "", StringComparison.Ordinal)));
        await PutAsync(stage, data);
        using var reader = Open(stage);
        Assert.True(reader.TryRead(out var record));
        Assert.Null(record.SubSequence);
        Assert.Equal(data, record.Data.ToArray());
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task A_wrong_checksum_or_a_message_of_no_bytes_makes_a_plain_record()
    {
        await using var stage = await GroupStage.StartAsync();
        var aggregator = new RecordAggregator();
        aggregator.Add("a", "1"u8);
        var wrong = aggregator.ToArray();
        wrong[^1] ^= 1;
        await PutAsync(stage, wrong);
        await PutAsync(stage, Wrap([]));
        await PutAsync(stage, AggregationFormat.Magic);
        using var reader = Open(stage);
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(reader.TryRead(out var record));
            Assert.Equal((i, null), (record.Sequence.Value, record.SubSequence));
        }
    }

    [Fact]
    public async Task Fields_may_come_in_any_order_twice_and_unknown()
    {
        await using var stage = await GroupStage.StartAsync();
        const string Record = "1A0179" + "1A0178" + "0805" + "0800" + "22030A0174"; // Data and index twice, a tag.
        const string Unknown = "2B" + "0801" + "33" + "34" + "2C" + "2D01020304" + "390102030405060708";
        const string Hex = "1A0F" + Record + Unknown + "0A0161";
        await PutAsync(stage, Wrap(Convert.FromHexString(Hex)));
        Assert.Equal(["1.0 a x"], Read(stage));
    }

    [Fact]
    public async Task A_record_with_a_hash_key_of_another_shard_is_passed_over_as_a_whole_and_counted()
    {
        await using var stage = await GroupStage.StartAsync(2);
        var shard = stage.Stream.Shards[0];
        var aggregator = new RecordAggregator();
        aggregator.Add("a", "1"u8, shard.EndingHashKey);
        await PutAsync(stage, aggregator.ToArray());
        aggregator.Add("a", "2"u8, shard.EndingHashKey + 1);
        await PutAsync(stage, aggregator.ToArray());
        await PutAsync(stage, "plain"u8);
        using var reader = Open(stage);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal((1, 0), (record.Sequence.Value, record.SubSequence));
        Assert.True(reader.TryRead(out record));
        Assert.Equal((3, null), (record.Sequence.Value, record.SubSequence));
        Assert.Equal(1, reader.MisplacedRecords);
    }

    [Fact]
    public async Task The_partition_key_decides_on_the_shard_where_no_hash_key_does()
    {
        await using var stage = await GroupStage.StartAsync(2);
        var aggregator = new RecordAggregator();
        var mine = Enumerable.Range(0, 100).Select(i => $"k{i}").First(
            key => stage.Stream.ShardFor(Encoding.UTF8.GetBytes(key)) == stage.Stream.Shards[0]);
        aggregator.Add(mine, "1"u8);
        await PutAsync(stage, aggregator.ToArray());
        var other = Enumerable.Range(0, 100).Select(i => $"k{i}").First(
            key => stage.Stream.ShardFor(Encoding.UTF8.GetBytes(key)) == stage.Stream.Shards[1]);
        aggregator.Add(other, "2"u8);
        await PutAsync(stage, aggregator.ToArray());
        Assert.Equal([$"1.0 {mine} 1"], Read(stage));
    }

    [Fact]
    public async Task What_stands_for_more_than_the_bound_comes_as_it_is()
    {
        await using var stage = await GroupStage.StartAsync();
        var key = new string('k', AggregationFormat.KeySizeBytesMax);
        var aggregator = new RecordAggregator();
        var countMax = AggregationFormat.UserBytesMax / key.Length;
        for (var i = 0; i < countMax; i++)
        {
            aggregator.Add(key, default);
        }

        var message = new AggregatedMessage();
        Assert.True(message.TryOpen(aggregator.ToArray(), 0, UInt128.MaxValue, out _));
        Assert.Equal(countMax, message.Left);
        aggregator.Add(key, default);
        Assert.False(message.TryOpen(aggregator.ToArray(), 0, UInt128.MaxValue, out _));
        var longKey = new RecordAggregator();
        longKey.Add(key + "k", default);
        Assert.False(message.TryOpen(longKey.ToArray(), 0, UInt128.MaxValue, out _));
    }

    [Fact]
    public void Whatever_the_bytes_are_it_is_taken_or_left_as_a_whole()
    {
        var seed = TestSeed.Take(1).First();
        TestSeed.Run(seed, random =>
        {
            var message = new AggregatedMessage();
            var takenCount = 0;
            for (var i = 0; i < FuzzCount; i++)
            {
                var bytes = Damaged(random);
                if (!message.TryOpen(Wrap(bytes), 0, UInt128.MaxValue, out var isMisplaced))
                {
                    continue;
                }

                takenCount++;
                Assert.False(isMisplaced);
                var count = message.Left;
                while (message.TryNext(out _, out _))
                {
                    count--;
                }

                Assert.Equal(0, count);
            }

            Assert.InRange(takenCount, 1, FuzzCount - 1);
        });
    }

    [Fact]
    public async Task Nothing_is_allocated_for_records_that_are_not_aggregated()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(500);
        using var reader = Open(stage);
        Assert.True(reader.TryRead(out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 400; i++)
        {
            Assert.True(reader.TryRead(out _));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Damaged(Random random)
    {
        var aggregator = new RecordAggregator();
        for (var count = random.Next(5); count >= 0; count--)
        {
            aggregator.Add(
                $"k{random.Next(3)}", new byte[random.Next(20)],
                random.Next(2) == 0 ? (UInt128)random.NextInt64() : null);
        }

        var bytes = aggregator.ToArray()[4..^16].ToList();
        for (var count = random.Next(4); count > 0 && bytes.Count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Wrap(byte[] message) =>
        [.. AggregationFormat.Magic, .. message, .. MD5.HashData(message)];

    private static Task PutAsync(GroupStage stage, ReadOnlySpan<byte> data)
    {
        Assert.Equal(AppendStatus.Accepted, stage.Stream.TryAppend(0, "k"u8, data, null, out var receipt));
        return receipt.WhenAcknowledged();
    }

    private static UserRecordReader Open(GroupStage stage, GroupCheckpoint done = default) => new(
        stage.Stream.Shards[0].OpenReader(ShardPosition.At(done.NextSequence)), done);

    private static string[] Read(GroupStage stage, GroupCheckpoint done = default)
    {
        using var reader = Open(stage, done);
        var texts = new List<string>();
        while (reader.TryRead(out var record))
        {
            var place = record.SubSequence is { } number ? $".{number}" : "";
            texts.Add(
                $"{record.Sequence}{place} {Encoding.UTF8.GetString(record.PartitionKey)} "
                    + Encoding.UTF8.GetString(record.Data));
        }

        return [.. texts];
    }
}
