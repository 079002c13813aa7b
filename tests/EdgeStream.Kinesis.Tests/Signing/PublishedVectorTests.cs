using System.Text;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis.Tests.Signing;

/// <summary>Requests and signatures of the published test suite of Signature Version 4.</summary>
public sealed class PublishedVectorTests
{
    private const string Vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

    private static readonly KinesisAccess Access =
        new([new KinesisCredential("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")]);

    [Theory]
    [InlineData("GET", "/", Vanilla)]
    [InlineData("GET", "//", Vanilla)]
    [InlineData("GET", "/./", Vanilla)]
    [InlineData("GET", "/example/..", Vanilla)]
    [InlineData("GET", "/example1/example2/../..", Vanilla)]
    [InlineData("GET", "/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741")]
    [InlineData("GET", "/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")]
    [InlineData("GET", "/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("POST", "/?Param1=value1", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11")]
    public void A_request_has_the_published_signature(string method, string target, string signature) =>
        Verify(new SignedRequest(method, target, Headers(), default), "host;x-amz-date", signature);

    [Fact]
    public void Blanks_of_header_values_count_once()
    {
        var headers = Headers();
        headers["My-Header1"] = " value1";
        headers["My-Header2"] = " \"a   b   c\" ";
        Verify(
            new SignedRequest("GET", "/", headers, default),
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
    }

    [Fact]
    public void A_body_is_signed()
    {
        var headers = Headers();
        headers["Content-Type"] = "application/x-www-form-urlencoded";
        Verify(
            new SignedRequest("POST", "/", headers, Encoding.UTF8.GetBytes("Param1=value1")),
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    [Fact]
    public void Canary_another_signature_is_refused() => Assert.Equal(
        "InvalidSignatureException",
        Assert.Throws<ApiException>(() => Verify(
            new SignedRequest("POST", "/", Headers(), default), "host;x-amz-date", Vanilla)).Type);

    private static HeaderDictionary Headers() => new()
    {
        ["Host"] = "example.amazonaws.com",
        ["X-Amz-Date"] = "20150830T123600Z",
    };

    private static void Verify(SignedRequest request, string signedHeaders, string signature)
    {
        request.Headers.Authorization = "AWS4-HMAC-SHA256 "
            + "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            + $"SignedHeaders={signedHeaders}, Signature={signature}";
        SignatureVerifier.Verify(
            Access, request, "service", new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));
    }
}
