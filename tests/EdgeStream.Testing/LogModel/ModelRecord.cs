using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>What a record must be whenever it is read.</summary>
internal sealed record ModelRecord(byte[] Key, byte[] Value, Timestamp? EventTime, Task Acknowledged)
{
    /// <summary>When it arrived, once it has been read.</summary>
    internal Timestamp? Arrival { get; set; }
}
