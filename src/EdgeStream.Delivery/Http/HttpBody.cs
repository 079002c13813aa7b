namespace EdgeStream.Delivery;

/// <summary>What a request to an HTTP endpoint looks like.</summary>
public enum HttpBody
{
    /// <summary>Firehose's HTTP endpoint delivery request, version 1.0.</summary>
    Firehose = 0,

    /// <summary>A line of JSON for each record.</summary>
    JsonLines = 1,

    /// <summary>One JSON array of all records.</summary>
    JsonArray = 2,
}
