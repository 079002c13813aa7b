using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Delivery streams to an HTTP endpoint, to Splunk, and to Elasticsearch or OpenSearch.</summary>
public sealed class EndpointDestinationTests
{
    private const string Bucket =
        $$"""{"RoleARN":"{{FirehoseUnderTest.RoleArn}}","BucketARN":"{{FirehoseUnderTest.BucketArn}}"}""";

    private const string AtOnce = "\"BufferingHints\":{\"SizeInMBs\":1,\"IntervalInSeconds\":0}";

    [Fact]
    public async Task Records_go_to_an_http_endpoint_as_it_was_described()
    {
        await using var server = new HttpStandIn(Take);
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync("CreateDeliveryStream", Http(server.Url, """
            ,"RequestConfiguration":{"ContentEncoding":"GZIP","CommonAttributes":[{"AttributeName":"site",
            "AttributeValue":"plant 7"}]},"RetryOptions":{"DurationInSeconds":60}
            """));
        await firehose.PutAsync("one");
        await Poll.UntilAsync(() => server.Requests.Count == 1);
        var request = server.Requests[0];
        Assert.Equal("/in", request.Target);
        Assert.Equal("gzip", request["Content-Encoding"]);
        Assert.Equal("key-of-endpoint", request["X-Amz-Firehose-Access-Key"]);
        Assert.Equal(
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/d", request["X-Amz-Firehose-Source-Arn"]);
        Assert.Equal(
            """{"commonAttributes":{"site":"plant 7"}}""", request["X-Amz-Firehose-Common-Attributes"]);
        Assert.Equal(["one"], DataOf(request));
        Assert.Equal(
            """
            [{"DestinationId":"destinationId-000000000001","HttpEndpointDestinationDescription":{
            "EndpointConfiguration":{"Url":"<url>in","Name":"plant"},
            "BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":0},"CloudWatchLoggingOptions":{"Enabled":false},
            "RequestConfiguration":{"ContentEncoding":"GZIP","CommonAttributes":[{"AttributeName":"site",
            "AttributeValue":"plant 7"}]},"RetryOptions":{"DurationInSeconds":60},"S3BackupMode":"FailedDataOnly",
            "S3DestinationDescription":{"RoleARN":"<role>","BucketARN":"<bucket>",
            "BufferingHints":{"SizeInMBs":5,"IntervalInSeconds":300},
            "CompressionFormat":"UNCOMPRESSED","EncryptionConfiguration":{"NoEncryptionConfig":"NoEncryption"},
            "CloudWatchLoggingOptions":{"Enabled":false}}}}]
            """.ReplaceLineEndings("").Replace("<url>", server.Url, StringComparison.Ordinal)
                .Replace("<role>", FirehoseUnderTest.RoleArn, StringComparison.Ordinal)
                .Replace("<bucket>", FirehoseUnderTest.BucketArn, StringComparison.Ordinal),
            (await firehose.DescribeAsync()).GetProperty("Destinations").GetRawText());
    }

    [Fact]
    public async Task What_an_endpoint_did_not_take_goes_to_the_one_that_it_was_changed_to_and_outlives_a_restart()
    {
        await using var away = new HttpStandIn(_ => new StandInAnswer(503));
        await using var server = new HttpStandIn(Take);
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync("CreateDeliveryStream", Http(away.Url));
        await firehose.PutAsync("one");
        await Poll.UntilAsync(() => away.Requests.Count > 0);
        await firehose.OkAsync("UpdateDestination", Update(
            "HttpEndpoint", $$"""{"EndpointConfiguration":{"Url":"{{server.Url}}"} }"""));
        await firehose.RestartAsync();
        await firehose.PutAsync("two");
        await Poll.UntilAsync(() => server.Requests.SelectMany(DataOf).Count() == 2);
        Assert.Equal(["one", "two"], server.Requests.SelectMany(DataOf));
        Assert.Equal("key-of-endpoint", server.Requests[0]["X-Amz-Firehose-Access-Key"]);
        Assert.Equal("2", (await firehose.DescribeAsync()).GetProperty("VersionId").GetString());
    }

    [Fact]
    public async Task Records_are_events_for_splunk()
    {
        await using var server = new HttpStandIn(request =>
            request.Target.EndsWith("/ack", StringComparison.Ordinal)
                ? new StandInAnswer(200, """{"acks":{"0":false,"7":true}}""")
                : new StandInAnswer(200, """{"text":"Success","code":0,"ackId":7}"""));
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync("CreateDeliveryStream", Splunk(server.Url, "Raw"));
        await firehose.PutAsync("""{"n":1}""");
        await firehose.OkAsync("UpdateDestination", Update(
            "Splunk", """{"HECAcknowledgmentTimeoutInSeconds":600}"""));
        await Poll.UntilAsync(() => firehose.Runner.BacklogOf("firehose:d") == 0);
        var events = server.Requests.Single(request => !request.Target.EndsWith("/ack", StringComparison.Ordinal));
        Assert.Equal("/services/collector/event", events.Target);
        Assert.Equal("Splunk top-secret", events["Authorization"]);
        Assert.Contains(
            """
            "source":"d","event":{"n":1}
            """, events.Text, StringComparison.Ordinal);
        var splunk = (await firehose.DescribeAsync()).GetProperty("Destinations")[0]
            .GetProperty("SplunkDestinationDescription");
        Assert.Equal(
            (server.Url, "Raw", "top-secret", 600, "FailedEventsOnly"),
            (splunk.GetProperty("HECEndpoint").GetString(), splunk.GetProperty("HECEndpointType").GetString(),
                splunk.GetProperty("HECToken").GetString(),
                splunk.GetProperty("HECAcknowledgmentTimeoutInSeconds").GetInt32(),
                splunk.GetProperty("S3BackupMode").GetString()));
    }

    [Theory]
    [InlineData("Elasticsearch")]
    [InlineData("Amazonopensearchservice")]
    public async Task Records_are_documents_of_an_index_a_day(string kind)
    {
        await using var server = new HttpStandIn(Index);
        await using var firehose = await FirehoseUnderTest.StartAsync();
        var endpoint = server.Url.Replace("http://", "http://me:p%40ss@", StringComparison.Ordinal);
        await firehose.OkAsync("CreateDeliveryStream", Search(kind, endpoint));
        await firehose.PutAsync("""{"n":1}""");
        await Poll.UntilAsync(() => firehose.Runner.BacklogOf("firehose:d") == 0);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/_bulk", request.Target);
        Assert.Equal($"Basic {FirehoseUnderTest.Base64("me:p@ss")}", request["Authorization"]);
        Assert.Matches("\"_index\":\"readings-[0-9]{4}\\.[0-9]{2}\\.[0-9]{2}\"", request.Text);
        Assert.Contains("\"n\":1", request.Text, StringComparison.Ordinal);
        await firehose.OkAsync("UpdateDestination", Update(kind, """{"IndexRotationPeriod":"NoRotation"}"""));
        await firehose.PutAsync("""{"n":2}""");
        await Poll.UntilAsync(() => server.Requests.Count == 2);
        Assert.Contains("\"_index\":\"readings\"", server.Requests[1].Text, StringComparison.Ordinal);
        var described = (await firehose.DescribeAsync()).GetProperty("Destinations")[0]
            .GetProperty(kind + "DestinationDescription");
        Assert.Equal(
            (server.Url, "readings", "NoRotation"),
            (described.GetProperty("ClusterEndpoint").GetString(), described.GetProperty("IndexName").GetString(),
                described.GetProperty("IndexRotationPeriod").GetString()));
    }

    [Theory]
    [InlineData(""","DomainARN":"arn:aws:es:x" """, "DomainARN is not supported")]
    [InlineData(""","IndexRotationPeriod":"OneWeek" """, "IndexRotationPeriod OneWeek is not")]
    [InlineData(""","S3BackupMode":"AllDocuments" """, "S3BackupMode AllDocuments is not")]
    [InlineData(
        ""","DocumentIdOptions":{"DefaultDocumentIdFormat":"NO_DOCUMENT_ID"}""",
        "DefaultDocumentIdFormat NO_DOCUMENT_ID is not")]
    [InlineData(
        ""","VpcConfiguration":{"SubnetIds":["a"],"RoleARN":"arn:r","SecurityGroupIds":["b"]}""",
        "VpcConfiguration is not")]
    public async Task What_the_gateway_does_not_do_for_an_index_is_refused_and_said(string member, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        Assert.StartsWith(
            text,
            await firehose.RefusedAsync(
                "InvalidArgumentException",
                "CreateDeliveryStream",
                Search("Elasticsearch", "https://search.example.org", member)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""","S3BackupMode":"AllData" """, "S3BackupMode AllData is not supported")]
    [InlineData(""","SecretsManagerConfiguration":{"Enabled":true}""", "SecretsManagerConfiguration is not supported")]
    [InlineData(""","CloudWatchLoggingOptions":{"Enabled":true}""", "CloudWatchLoggingOptions is not supported")]
    [InlineData(
        ""","ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Lambda"}]}""",
        "The processor Lambda before an endpoint is not supported")]
    public async Task What_the_gateway_does_not_do_for_an_endpoint_is_refused_and_said(string member, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        Assert.StartsWith(
            text,
            await firehose.RefusedAsync(
                "InvalidArgumentException", "CreateDeliveryStream", Http("https://example.org/", member)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_cannot_be_is_refused()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.RefusedAsync("ValidationException", "CreateDeliveryStream", Http("ftp://example.org/"));
        Assert.Contains("without user and password", await firehose.RefusedAsync(
            "InvalidArgumentException", "CreateDeliveryStream", Http("https://me:secret@example.org/")));
        await firehose.RefusedAsync(
            "ValidationException",
            "CreateDeliveryStream",
            """{"DeliveryStreamName":"d","HttpEndpointDestinationConfiguration":{"EndpointConfiguration":{}}}""");
        Assert.StartsWith("HECEndpointType Event is not supported", await firehose.RefusedAsync(
            "InvalidArgumentException", "CreateDeliveryStream", Splunk("https://example.org/", "Event")));
        Assert.StartsWith("HECToken is missing", await firehose.RefusedAsync(
            "InvalidArgumentException",
            "CreateDeliveryStream",
            Splunk("https://example.org/", "Raw").Replace("top-secret", "", StringComparison.Ordinal)));
        await firehose.MakeAsync();
        Assert.StartsWith("Making HttpEndpointDestination of S3Destination is not", await firehose.RefusedAsync(
            "InvalidArgumentException",
            "UpdateDestination",
            Update("HttpEndpoint", """{"EndpointConfiguration":{"Url":"https://example.org/"}}""")));
    }

    [Theory]
    [InlineData(
        """
        "http":{"url":"https://example.org/","name":"n","accessKey":"k","gzip":true,"attributes":[{"name":"a",
        "value":"b"}],"role":"arn:r","sizeMiB":1,"intervalSeconds":0,"retrySeconds":300,"s3":{"role":"arn:r",
        "bucket":"arn:aws:s3:::plant","sizeMiB":5,"intervalSeconds":300,"compression":"none"}}
        """)]
    [InlineData(
        """
        "splunk":{"endpoint":"https://example.org/","token":"t","acknowledgementSeconds":180,"role":"",
        "sizeMiB":5,"intervalSeconds":60,"retrySeconds":0,"s3":{"role":"arn:r","bucket":"arn:aws:s3:::plant",
        "sizeMiB":5,"intervalSeconds":300,"compression":"none"}}
        """)]
    [InlineData(
        """
        "search":{"openSearch":true,"endpoint":"https://example.org/","index":"i","type":"t","daily":true,
        "role":"arn:r","sizeMiB":5,"intervalSeconds":60,"retrySeconds":0,"s3":{"role":"arn:r",
        "bucket":"arn:aws:s3:::plant","sizeMiB":5,"intervalSeconds":300,"compression":"none"}}
        """)]
    public void Endpoints_stand_in_version_1_like_this_and_are_read_for_ever(string destination)
    {
        var text =
            """{"version":1,"name":"d","id":"0a1b2c3d","createdAt":1,"status":"active","destinationVersion":1,"""
            + destination.ReplaceLineEndings("") + "}";
        Assert.Equal(text, Encoding.UTF8.GetString(
            DeliveryStreamFormat.ToBytes(DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(text)))));
    }

    private static string Http(string url, string more = "") =>
        $$$"""
        {"DeliveryStreamName":"d","HttpEndpointDestinationConfiguration":{"EndpointConfiguration":{"Url":"{{{url}}}in",
        "Name":"plant","AccessKey":"key-of-endpoint"},{{{AtOnce}}},"S3Configuration":{{{Bucket}}}{{{more}}}} }
        """;

    private static string Splunk(string url, string type) =>
        $$$"""
        {"DeliveryStreamName":"d","SplunkDestinationConfiguration":{"HECEndpoint":"{{{url}}}",
        "HECEndpointType":"{{{type}}}","HECToken":"top-secret",{{{AtOnce}}},"S3Configuration":{{{Bucket}}}} }
        """;

    private static string Search(string kind, string url, string more = "") =>
        $$$"""
        {"DeliveryStreamName":"d","{{{kind}}}DestinationConfiguration":{"RoleARN":"{{{FirehoseUnderTest.RoleArn}}}",
        "ClusterEndpoint":"{{{url}}}","IndexName":"readings",{{{AtOnce}}},"S3Configuration":{{{Bucket}}}{{{more}}}} }
        """;

    private static string Update(string kind, string change) =>
        $$$"""
        {"DeliveryStreamName":"d","CurrentDeliveryStreamVersionId":"1","DestinationId":"destinationId-000000000001",
        "{{{kind}}}DestinationUpdate":{{{change}}}}
        """;

    /// <summary>The answer of an endpoint that has taken the request.</summary>
    private static StandInAnswer Take(StandInRequest request) => new(200, string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"requestId":"{{request["X-Amz-Firehose-Request-Id"]}}","timestamp":1700000000000}"""));

    /// <summary>The answer of a server that has made the one document of a request.</summary>
    private static StandInAnswer Index(StandInRequest request) =>
        new(200, """{"took":1,"errors":false,"items":[{"create":{"status":201}}]}""");

    private static IEnumerable<string> DataOf(StandInRequest request) =>
        request.Json.GetProperty("records").EnumerateArray()
            .Select(record => Encoding.UTF8.GetString(record.GetProperty("data").GetBytesFromBase64()));
}
