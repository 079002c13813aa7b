using System.IO.Compression;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Signing;

public sealed class SignedRequestTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
    private static readonly RequestSigner Signer = new("AKID", "secret/+");
    private readonly ManualTimeProvider _time = new(Now);

    [Fact]
    public async Task A_signed_request_passes_whatever_region_it_names()
    {
        await using var kinesis = await StartAsync();
        Assert.Equal(200, (await SendAsync(kinesis, Signer)).Status);
        Assert.Equal(200, (await SendAsync(kinesis, new RequestSigner("AKID", "secret/+") { Region = "x" })).Status);
    }

    [Fact]
    public async Task A_wrong_secret_an_unknown_key_and_a_changed_body_are_refused()
    {
        await using var kinesis = await StartAsync();
        var wrong = await SendAsync(kinesis, new RequestSigner("AKID", "other"));
        Assert.Equal((400, "InvalidSignatureException"), (wrong.Status, wrong.Type));
        Assert.StartsWith("The request signature we calculated does not match", wrong.Message);
        var unknown = await SendAsync(kinesis, new RequestSigner("NOBODY", "other"));
        Assert.Equal("UnrecognizedClientException", unknown.Type);
        Assert.Equal("The security token included in the request is invalid.", unknown.Message);
        var changed = await SendAsync(kinesis, Signer, signedBody: """{"Limit":2}""");
        Assert.Equal("InvalidSignatureException", changed.Type);
    }

    [Theory]
    [InlineData(-301, "Signature expired: 20260504T025700Z is now earlier than 20260504T025701Z (20260504T030201Z "
        + "- 5 min.)")]
    [InlineData(301, "Signature not yet current: 20260504T030702Z is still later than 20260504T030701Z "
        + "(20260504T030201Z "
        + "+ 5 min.)")]
    public async Task A_clock_that_is_off_by_more_than_five_minutes_is_told_so(int seconds, string message)
    {
        await using var kinesis = await StartAsync();
        var answer = await SendAsync(kinesis, Signer, at: Now.AddSeconds(seconds));
        Assert.Equal(("InvalidSignatureException", message), (answer.Type, answer.Message));
        Assert.Equal(200, (await SendAsync(kinesis, Signer, at: Now.AddSeconds(seconds - Math.Sign(seconds)))).Status);
    }

    [Fact]
    public async Task The_scope_must_be_of_this_service()
    {
        await using var kinesis = await StartAsync();
        var answer = await SendAsync(kinesis, new RequestSigner("AKID", "secret/+") { Service = "sqs" });
        Assert.Equal("Credential should be scoped to correct service: 'kinesis'.", answer.Message);
    }

    [Fact]
    public async Task A_presigned_query_passes_until_it_expires()
    {
        await using var kinesis = await StartAsync();
        var query = Signer.Query(
            "{}"u8.ToArray(), Now, kinesis.Server.EndPoint.ToString(), "Kinesis_20131202.ListStreams");
        Assert.Equal(200, (await SendQueryAsync(kinesis, query)).Status);
        _time.Advance(TimeSpan.FromSeconds(61));
        var expired = await SendQueryAsync(kinesis, query);
        Assert.StartsWith("Signature expired: ", expired.Message);
    }

    [Fact]
    public async Task A_compressed_body_is_signed_as_it_is_sent()
    {
        await using var kinesis = await StartAsync();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write("{\"Limit\":1}"u8);
        }

        using var request = KinesisUnderTest.Request("ListStreams", packed.ToArray());
        request.Content!.Headers.ContentEncoding.Add("gzip");
        Signer.Sign(request, packed.ToArray(), Now, kinesis.Server.EndPoint.ToString());
        Assert.Equal(200, (await Answer.OfAsync(await kinesis.Client.SendAsync(request))).Status);
    }

    [Fact]
    public async Task A_body_must_be_signed()
    {
        await using var kinesis = await StartAsync();
        using var request = KinesisUnderTest.Request("ListStreams", "{}"u8.ToArray());
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        Signer.Sign(request, [], Now, kinesis.Server.EndPoint.ToString());
        var answer = await Answer.OfAsync(await kinesis.Client.SendAsync(request));
        Assert.Equal((400, "InvalidSignatureException"), (answer.Status, answer.Type));
        Assert.StartsWith("The request signature we calculated does not match", answer.Message);
    }

    [Fact]
    public async Task The_action_and_every_other_header_of_the_service_must_be_signed()
    {
        await using var kinesis = await StartAsync();
        var answer = await SendAsync(kinesis, new RequestSigner("AKID", "secret/+") { SignsTarget = false });
        Assert.Equal(
            ("InvalidSignatureException", "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."),
            (answer.Type, answer.Message));
        using var request = KinesisUnderTest.Request("ListStreams", "{}"u8.ToArray());
        request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", "other");
        Signer.Sign(request, "{}"u8.ToArray(), Now, kinesis.Server.EndPoint.ToString());
        answer = await Answer.OfAsync(await kinesis.Client.SendAsync(request));
        Assert.Equal("'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.", answer.Message);
    }

    [Fact]
    public async Task Nothing_is_unpacked_for_a_stranger()
    {
        await using var kinesis = await StartAsync();
        using var request = KinesisUnderTest.Request("ListStreams", "no gzip at all"u8.ToArray());
        request.Content!.Headers.ContentEncoding.Add("gzip");
        new RequestSigner("AKID", "wrong").Sign(
            request, "no gzip at all"u8.ToArray(), Now, kinesis.Server.EndPoint.ToString());
        var answer = await Answer.OfAsync(await kinesis.Client.SendAsync(request));
        Assert.Equal("InvalidSignatureException", answer.Type);
        using var own = KinesisUnderTest.Request("ListStreams", "no gzip at all"u8.ToArray());
        own.Content!.Headers.ContentEncoding.Add("gzip");
        Signer.Sign(own, "no gzip at all"u8.ToArray(), Now, kinesis.Server.EndPoint.ToString());
        answer = await Answer.OfAsync(await kinesis.Client.SendAsync(own));
        Assert.Equal("SerializationException", answer.Type);
    }

    [Fact]
    public async Task New_keys_count_at_once_and_old_ones_no_more()
    {
        await using var kinesis = await StartAsync();
        Assert.Equal(200, (await SendAsync(kinesis, Signer)).Status);
        kinesis.Service.Access = new KinesisAccess([new KinesisCredential("NEXT", "s")]);
        Assert.Equal("UnrecognizedClientException", (await SendAsync(kinesis, Signer)).Type);
        Assert.Equal(200, (await SendAsync(kinesis, new RequestSigner("NEXT", "s"))).Status);
    }

    [Fact]
    public async Task Where_there_are_keys_a_request_must_be_signed()
    {
        await using var kinesis = await StartAsync();
        var answer = await SendUnsignedAsync(kinesis, null);
        Assert.Equal(
            (400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
            (answer.Status, answer.Type, answer.Message));
    }

    [Fact]
    public async Task Where_there_are_no_keys_a_request_need_not_be_signed_until_there_are_some()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        Assert.Equal(200, (await SendUnsignedAsync(kinesis, null)).Status);
        kinesis.Service.Access = new KinesisAccess([new KinesisCredential("NEXT", "s")]);
        Assert.Equal("MissingAuthenticationTokenException", (await SendUnsignedAsync(kinesis, null)).Type);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256 Credential=x", "IncompleteSignatureException",
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
            + "Authorization=AWS4-HMAC-SHA256 Credential=x")]
    [InlineData("AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y", "IncompleteSignatureException",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'x'")]
    public async Task A_signature_that_is_not_complete_is_refused_also_where_nobody_verifies_it(
        string header, string type, string message)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        var answer = await SendUnsignedAsync(kinesis, header);
        Assert.Equal((400, type, message), (answer.Status, answer.Type, answer.Message));
    }

    private Task<KinesisUnderTest> StartAsync() => KinesisUnderTest.StartAsync(
        _time, options => options with { Access = new KinesisAccess([new KinesisCredential("AKID", "secret/+")]) });

    private static async Task<Answer> SendAsync(
        KinesisUnderTest kinesis, RequestSigner signer, DateTimeOffset? at = null, string signedBody = "{}")
    {
        using var request = KinesisUnderTest.Request("ListStreams", "{}"u8.ToArray());
        signer.Sign(request, Encoding.UTF8.GetBytes(signedBody), at ?? Now, kinesis.Server.EndPoint.ToString());
        return await Answer.OfAsync(await kinesis.Client.SendAsync(request));
    }

    private static async Task<Answer> SendUnsignedAsync(KinesisUnderTest kinesis, string? header)
    {
        using var request = KinesisUnderTest.Request("ListStreams", "{}"u8.ToArray());
        request.Headers.Remove("Authorization");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        return await Answer.OfAsync(await kinesis.Client.SendAsync(request));
    }

    private static async Task<Answer> SendQueryAsync(KinesisUnderTest kinesis, string query)
    {
        using var request = KinesisUnderTest.Request("ListStreams", "{}"u8.ToArray());
        request.RequestUri = new Uri("/" + query, UriKind.Relative);
        request.Headers.Remove("Authorization");
        request.Headers.Remove("X-Amz-Date");
        return await Answer.OfAsync(await kinesis.Client.SendAsync(request));
    }
}
