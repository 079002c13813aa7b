using System.Globalization;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>A record as a server got it.</summary>
internal sealed record PublishedRecord(string Id, string Key, string Topic, string Payload)
{
    /// <summary>Whether it is marked as history: <c>true</c>, or nothing.</summary>
    public string Historical { get; init; } = "";

    /// <summary>Its sequence number, which the id ends with; without properties (3.1.1) the payload.</summary>
    public long Sequence => long.Parse(
        Id.Length > 0 ? Id.AsSpan(Id.LastIndexOf('-') + 1) : Payload, CultureInfo.InvariantCulture);
}
