namespace EdgeStream.Mqtt;

/// <summary>An entry's value before it is encoded; that happens when it is committed, so that what is deleted before
/// costs nothing.</summary>
internal abstract class StateRecord
{
    /// <summary>The first byte of every value. A value of another version is not read.</summary>
    internal const byte Version = 1;

    internal abstract byte[] Encode();
}
