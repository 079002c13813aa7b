namespace EdgeStream.Mqtt;

/// <summary>An entry's value before it is encoded; that happens when it is committed, so that what is deleted before
/// costs nothing.</summary>
internal abstract class StateRecord
{
    /// <summary>The first byte of every value that is written. A value of a later version is not read.</summary>
    /// <remarks>Version 1 told expiries by what was left of them, and knew no shared subscriptions.</remarks>
    internal const byte Version = 2;

    internal abstract byte[] Encode();
}
