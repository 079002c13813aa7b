using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>An endpoint that answers as Firehose asks for.</summary>
internal static class FirehoseEndpoint
{
    public static StandInAnswer Take(StandInRequest request) => new(
        200, $$"""{"requestId":"{{request["X-Amz-Firehose-Request-Id"]}}","timestamp":1578090903599}""",
        "Content-Type: application/json");

    public static IEnumerable<string> DataOf(StandInRequest request) => Decode(request, "records", "data");

    /// <summary>The records of the API, which spells names with capitals.</summary>
    public static IEnumerable<string> RecordsOf(StandInRequest request) => Decode(request, "Records", "Data");

    private static IEnumerable<string> Decode(StandInRequest request, string records, string data) =>
        request.Json.GetProperty(records).EnumerateArray().Select(
            record => Encoding.UTF8.GetString(record.GetProperty(data).GetBytesFromBase64()));
}
