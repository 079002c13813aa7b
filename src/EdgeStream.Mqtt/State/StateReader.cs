using System.Buffers.Binary;

namespace EdgeStream.Mqtt;

/// <summary>Reads the fields of a state value: little-endian, byte strings behind a 32-bit length.</summary>
internal ref struct StateReader
{
    private ReadOnlySpan<byte> _rest;

    internal StateReader(ReadOnlySpan<byte> value)
    {
        _rest = value;
        Version = Byte();
        if (Version is 0 or > StateRecord.Version)
        {
            throw new InvalidDataException($"Version {Version} of an MQTT state value is not known.");
        }
    }

    internal byte Version { get; }

    internal byte Byte() => Take(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    internal byte[] Bytes() => Take(checked((int)UInt32())).ToArray();

    internal string Text() => Topics.Text(Take(checked((int)UInt32())));

    /// <summary>0: not known; 1: a client without a name; 2: the user's name follows.</summary>
    internal SessionUser User() => Byte() switch
    {
        0 => default,
        StateRecord.NamelessUser => new SessionUser(IsKnown: true, Name: null),
        StateRecord.NamedUser => new SessionUser(IsKnown: true, Text()),
        _ => throw new InvalidDataException("An MQTT state value tells of a user in an unknown way."),
    };

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException("An MQTT state value is cut short.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
