using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>A delivery stream that is there.</summary>
/// <remarks>Changed by <see cref="FirehoseService"/>, one at a time; read by anyone.</remarks>
internal sealed class DeliveryStream(DeliveryStreamRecord record)
{
    private volatile DeliveryStreamRecord _record = record;
    private volatile DataStream? _source;
    private volatile string? _failure;
    private volatile Task? _deletion;

    /// <summary>The partition key of its records: its name.</summary>
    internal byte[] Key { get; } = Encoding.UTF8.GetBytes(record.Name);

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

    /// <summary>Why its delivery does not run, or it cannot be deleted; null while all is well.</summary>
    internal string? Failure
    {
        get => _failure;
        set => _failure = value;
    }

    /// <summary>Puts under way.</summary>
    internal PutGate Puts { get; } = new();

    /// <summary>Its deletion, under way or over; null before it was asked for.</summary>
    internal Task? Deletion
    {
        get => _deletion;
        set => _deletion = value;
    }

    /// <summary>The turn of who changes, starts or stops it.</summary>
    internal SemaphoreSlim Turn { get; } = new(1);

    /// <summary>What runs, for who has the turn; null when nothing does.</summary>
    internal DeliveryDefinition? Running { get; set; }

    /// <summary>What keeps its records while its delivery does not run, for who has the turn; null while it does.
    /// </summary>
    internal IDisposable? Protection { get; set; }

    /// <summary>Lets go of the protection.</summary>
    internal void EndProtection()
    {
        Protection?.Dispose();
        Protection = null;
    }
}
