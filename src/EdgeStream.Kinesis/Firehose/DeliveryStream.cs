using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>A delivery stream that is there.</summary>
/// <remarks>Changed by <see cref="FirehoseService"/>, one at a time; read by anyone.</remarks>
internal sealed class DeliveryStream(DeliveryStreamRecord record)
{
    private volatile DeliveryStreamRecord _record = record;
    private volatile DataStream? _source;
    private volatile string? _failure;

    /// <summary>What the API was told.</summary>
    internal DeliveryStreamRecord Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>The stream that holds its records; null while there is none.</summary>
    internal DataStream? Source
    {
        get => _source;
        set => _source = value;
    }

    /// <summary>Why its delivery does not run; null while it does.</summary>
    internal string? Failure
    {
        get => _failure;
        set => _failure = value;
    }

    /// <summary>Puts under way.</summary>
    internal PutGate Puts { get; } = new();

    /// <summary>Its deletion, under way or over; null before it was asked for.</summary>
    internal Task? Deletion { get; set; }
}
