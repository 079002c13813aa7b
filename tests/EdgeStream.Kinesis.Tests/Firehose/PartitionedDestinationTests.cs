using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Objects of a delivery stream are named by values of its records.</summary>
public sealed class PartitionedDestinationTests
{
    private const string Enabled = "\"DynamicPartitioningConfiguration\":{\"Enabled\":true}";
    private const string Errors = "\"ErrorOutputPrefix\":\"e/!{firehose:error-output-type}/\"";
    private const string ByA = "\"Prefix\":\"!{partitionKeyFromQuery:a}/\"";
    private const string ByB = "\"Prefix\":\"!{partitionKeyFromQuery:b}/\"";
    private const string ByFunction = "\"Prefix\":\"!{partitionKeyFromLambda:a}/\"";
    private const string ByNone = "\"Prefix\":\"p/\"";

    [Fact]
    public async Task Records_go_into_an_object_for_each_value_and_are_told_as_they_were_asked_for()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(Partitioned("{line: .plant.line}", "line=!{partitionKeyFromQuery:line}/"));
        await firehose.RestartAsync();
        firehose.Buckets.IsAway = true;
        foreach (var line in (string[])["a", "b", "a"])
        {
            await firehose.PutAsync(Record(line));
        }

        firehose.Buckets.IsAway = false;
        await Poll.UntilAsync(
            () => firehose.Buckets.Text("plant/line=a/") == Record("a") + "\n" + Record("a") + "\n"
                && firehose.Buckets.Text("plant/line=b/") == Record("b") + "\n",
            state: () => string.Join('\n', firehose.Buckets.Names));
        Assert.All(firehose.Buckets.Names, name => Assert.Matches(@"^plant/line=[ab]/\d{4}/\d\d/\d\d/\d\d/d-1-", name));
        var told = await ToldAsync(firehose);
        Assert.Equal(
            """{"RetryOptions":{"DurationInSeconds":300},"Enabled":true}""",
            told.GetProperty("DynamicPartitioningConfiguration").GetRawText());
        Assert.Equal(
            "{line: .plant.line}",
            told.GetProperty("ProcessingConfiguration").GetProperty("Processors")[0].GetProperty("Parameters")[0]
                .GetProperty("ParameterValue").GetString());
    }

    [Fact]
    public async Task A_record_without_the_value_stands_below_the_error_prefix()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.Store.CreateOrUpdateAsync(new StreamDefinition { Name = DeliveryDefinition.ErrorStreamDefault });
        await firehose.MakeAsync(Partitioned("{line: .plant.line}", "!{partitionKeyFromQuery:line}/"));
        await firehose.PutAsync("""{"plant":{}}""");
        await firehose.PutAsync(Record("a"));
        await Poll.UntilAsync(
            () => firehose.Buckets.Text("plant/a/").Length > 0 && firehose.Buckets.Text("plant/e/").Length > 0,
            state: () => string.Join('\n', firehose.Buckets.Names));
        Assert.Contains(
            FirehoseUnderTest.Base64("""{"plant":{}}"""), firehose.Buckets.Text("plant/e/"), StringComparison.Ordinal);
        Assert.Equal(Record("a") + "\n", firehose.Buckets.Text("plant/a/"));
    }

    [Fact]
    public async Task An_update_switches_it_on_and_off()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await UpdateAsync(firehose, "1", Partitioned("{k: .k}", "k=!{partitionKeyFromQuery:k}/"));
        await firehose.PutAsync("""{"k":true}""");
        await firehose.DeliveredAsync("{\"k\":true}\n", "plant/k=true/");
        await firehose.RefusedAsync(
            "InvalidArgumentException",
            "UpdateDestination",
            Update("2", "\"DynamicPartitioningConfiguration\":{\"Enabled\":false}"));
        await UpdateAsync(
            firehose, "2",
            "\"DynamicPartitioningConfiguration\":{\"Enabled\":false},\"Prefix\":\"flat/\","
                + "\"ProcessingConfiguration\":{\"Enabled\":false}");
        await firehose.PutAsync("""{"k":false}""");
        await firehose.DeliveredAsync("{\"k\":false}", "plant/flat/");
        Assert.False((await ToldAsync(firehose)).GetProperty("DynamicPartitioningConfiguration")
            .GetProperty("Enabled").GetBoolean());
    }

    [Theory]
    [InlineData($"{Enabled},{Errors},{ByA}", "needs the processor MetadataExtraction")]
    [InlineData(ByNone, "needs DynamicPartitioningConfiguration", "{a: .a}")]
    [InlineData($"{Enabled},{Errors},{ByNone}", "Prefix must have '!{partitionKeyFromQuery", "{a: .a}")]
    [InlineData($"{Enabled},{Errors},{ByB}", "finds no 'b'", "{a: .a}")]
    [InlineData($"{Enabled},{Errors},{ByA}", "at its character 8", "{a: .a | not}")]
    [InlineData($"{Enabled},{ByA}", "ErrorOutputPrefix cannot be null", "{a: .a}")]
    [InlineData($"{Enabled},{Errors},{ByFunction}", "needs a function", "{a: .a}")]
    [InlineData($"{Enabled},{Errors},{ByA}", "with JQ-1.6", "{a: .a}", "JQ-1.7")]
    public async Task What_does_not_fit_together_is_refused_and_said(
        string members, string text, string? query = null, string engine = "JQ-1.6")
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        var processing = query is null ? "" : "," + Processing(query, engine);
        var message = await firehose.RefusedAsync(
            "InvalidArgumentException", "CreateDeliveryStream",
            FirehoseUnderTest.Create($"{FirehoseUnderTest.AtOnce},{members}{processing}"));
        Assert.Contains(text, message, StringComparison.Ordinal);
    }

    private static string Record(string line) => $$$"""{"plant":{"line":"{{{line}}}"}}""";

    private static string Partitioned(string query, string prefix) =>
        $"{FirehoseUnderTest.AtOnce},{Enabled},{Errors},\"Prefix\":\"{prefix}\",{Processing(query)}";

    private static string Processing(string query, string engine = "JQ-1.6") =>
        $$"""
        "ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"MetadataExtraction","Parameters":[
        {"ParameterName":"MetadataExtractionQuery","ParameterValue":"{{query}}"},
        {"ParameterName":"JsonParsingEngine","ParameterValue":"{{engine}}"}]},{"Type":"AppendDelimiterToRecord"}]}
        """;

    private static string Update(string version, string change) =>
        $$$"""
        {"DeliveryStreamName":"d","CurrentDeliveryStreamVersionId":"{{{version}}}",
        "DestinationId":"destinationId-000000000001","ExtendedS3DestinationUpdate":{ {{{change}}} }}
        """;

    private static Task UpdateAsync(FirehoseUnderTest firehose, string version, string change) =>
        firehose.OkAsync("UpdateDestination", Update(version, change));

    private static async Task<JsonElement> ToldAsync(FirehoseUnderTest firehose) =>
        (await firehose.DescribeAsync()).GetProperty("Destinations")[0]
            .GetProperty("ExtendedS3DestinationDescription");
}
