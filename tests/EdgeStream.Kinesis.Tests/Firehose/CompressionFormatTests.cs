using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Objects of a delivery stream are compressed as it was asked for, after a restart, too.</summary>
public sealed class CompressionFormatTests
{
    [Theory]
    [InlineData("ZIP", ".zip", "PK", "")]
    [InlineData("Snappy", ".snappy", "SNAPPY", "one")]
    [InlineData("HADOOP_SNAPPY", ".snappy", "\0\0\0\u0003", "one")]
    [InlineData("UNCOMPRESSED", "", "one", "one")]
    public async Task A_format_is_told_kept_and_used(string format, string extension, string mark, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync($"{FirehoseUnderTest.AtOnce},\"CompressionFormat\":\"{format}\"");
        await firehose.RestartAsync();
        var destination = (await firehose.DescribeAsync()).GetProperty("Destinations")[0];
        Assert.Equal(
            format,
            destination.GetProperty("ExtendedS3DestinationDescription").GetProperty("CompressionFormat").GetString());
        await firehose.PutAsync("one");
        await Poll.UntilAsync(
            () => firehose.Buckets.Names.Count == 1, state: () => string.Join('\n', firehose.Buckets.Names));
        Assert.Matches($@"-\d{{20}}{extension.Replace(".", "\\.")}$", firehose.Buckets.Names[0]);
        Assert.Contains(mark, firehose.Buckets.Text(), StringComparison.Ordinal);
        Assert.Contains(text, firehose.Buckets.Text(), StringComparison.Ordinal);
    }
}
