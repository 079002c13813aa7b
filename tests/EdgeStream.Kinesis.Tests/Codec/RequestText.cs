using System.Text;

namespace EdgeStream.Kinesis.Tests;

/// <summary>Reads requests for tests.</summary>
internal static class RequestText
{
    public static RequestValues Json(string json, Shape shape)
    {
        var values = new RequestValues();
        var body = Encoding.UTF8.GetBytes(json);
        JsonRequestReader.Read(body, body.Length, shape, values);
        return values;
    }

    public static RequestValues Cbor(byte[] body, Shape shape)
    {
        var values = new RequestValues();
        CborRequestReader.Read(body, body.Length, shape, values);
        return values;
    }

    public static string? MessageOfJson(string json, Shape shape) =>
        Assert.Throws<ApiException>(() => Json(json, shape)).Text;

    public static string? ViolationsOf(string json, Shape shape) =>
        Assert.Throws<ApiException>(() => RequestValidator.Check(Json(json, shape))).Text;
}
