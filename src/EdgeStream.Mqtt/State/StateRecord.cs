namespace EdgeStream.Mqtt;

/// <summary>An entry's value before it is encoded; that happens when it is committed, so that what is deleted before
/// costs nothing.</summary>
internal abstract class StateRecord
{
    /// <summary>The first byte of a session's and a will's value. A value of a later version is not read.</summary>
    /// <remarks>
    /// Version 1 told expiries by what was left of them, and knew no shared subscriptions. Version 2 told of no users.
    /// </remarks>
    internal const byte Version = 3;

    /// <summary>The first byte of all other values, which tell of no user still: who goes back to a broker of that
    /// version finds them.</summary>
    internal const byte UserlessVersion = 2;

    internal const byte NamelessUser = 1;

    internal const byte NamedUser = 2;

    internal abstract byte[] Encode();
}
