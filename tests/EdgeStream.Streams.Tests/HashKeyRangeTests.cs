using System.Globalization;
using System.Text;

namespace EdgeStream.Streams.Tests;

/// <summary>Where the shards of a new stream begin and end: as Kinesis prints it. Frozen for old streams.</summary>
public sealed class HashKeyRangeTests
{
    private const string Last = "340282366920938463463374607431768211455";

    [Theory]
    [InlineData(1, "0-" + Last)]
    [InlineData(2, "0-170141183460469231731687303715884105727 170141183460469231731687303715884105728-" + Last)]
    [InlineData(3, "0-113427455640312821154458202477256070484 "
        + "113427455640312821154458202477256070485-226854911280625642308916404954512140969 "
        + "226854911280625642308916404954512140970-" + Last)]
    [InlineData(4, "0-85070591730234615865843651857942052863 "
        + "85070591730234615865843651857942052864-170141183460469231731687303715884105727 "
        + "170141183460469231731687303715884105728-255211775190703847597530955573826158591 "
        + "255211775190703847597530955573826158592-" + Last)]
    [InlineData(5, "0-68056473384187692692674921486353642290 "
        + "68056473384187692692674921486353642291-136112946768375385385349842972707284581 "
        + "136112946768375385385349842972707284582-204169420152563078078024764459060926872 "
        + "204169420152563078078024764459060926873-272225893536750770770699685945414569163 "
        + "272225893536750770770699685945414569164-" + Last)]
    public void A_new_stream_is_divided_as_kinesis_does(int count, string expected)
    {
        var entry = StreamEntry.New(
            new StreamDefinition { Name = "s", ShardCount = count }, new StreamAttributes { Id = 1 });
        Assert.Equal(expected, Print(entry));
    }

    [Theory]
    [InlineData(2, "0-170141183460469231731687303715884105726 170141183460469231731687303715884105727-" + Last)]
    [InlineData(4, "0-85070591730234615865843651857942052862 "
        + "85070591730234615865843651857942052863-170141183460469231731687303715884105725 "
        + "170141183460469231731687303715884105726-255211775190703847597530955573826158588 "
        + "255211775190703847597530955573826158589-" + Last)]
    public void A_stream_whose_entry_has_no_ranges_keeps_those_it_was_made_with(int count, string expected)
    {
        var old = "{\"version\":1,\"name\":\"readings\",\"shardCount\":" + count.ToString(CultureInfo.InvariantCulture)
            + ",\"retentionAgeSeconds\":604800,\"retentionBytes\":1073741824,\"durability\":\"fsync\","
            + "\"segmentSizeBytes\":67108864}";
        var entry = StreamEntryFormat.Read(Encoding.UTF8.GetBytes(old));
        Assert.Equal(expected, Print(entry));
        Assert.Equal(expected, Print(StreamEntryFormat.Read(StreamEntryFormat.ToBytes(entry))));
    }

    private static string Print(StreamEntry entry) => string.Join(
        ' ', entry.Shards.Select(shard => $"{shard.StartingHashKey}-{shard.EndingHashKey}"));
}
