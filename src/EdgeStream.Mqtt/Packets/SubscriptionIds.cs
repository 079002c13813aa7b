namespace EdgeStream.Mqtt;

/// <summary>The identifiers of the subscriptions that a message matched; none, one, or in rare cases more.</summary>
/// <param name="First">Zero where there is none.</param>
/// <param name="More">The others.</param>
internal readonly record struct SubscriptionIds(uint First, uint[]? More)
{
    internal SubscriptionIds With(uint identifier)
    {
        if (identifier == 0)
        {
            return this;
        }

        return First == 0
            ? new SubscriptionIds(identifier, null)
            : new SubscriptionIds(First, [.. More ?? [], identifier]);
    }

    internal int SizeBytes
    {
        get
        {
            int size = First == 0 ? 0 : 1 + WireSize.VariableByteInteger((int)First);
            foreach (uint identifier in More ?? [])
            {
                size += 1 + WireSize.VariableByteInteger((int)identifier);
            }

            return size;
        }
    }

    internal int Write(Span<byte> target)
    {
        int position = First == 0 ? 0 : WriteOne(target, First);
        foreach (uint identifier in More ?? [])
        {
            position += WriteOne(target[position..], identifier);
        }

        return position;
    }

    private static int WriteOne(Span<byte> target, uint identifier)
    {
        target[0] = (byte)PropertyId.SubscriptionIdentifier;
        return 1 + WireSize.WriteVariableByteInteger(target[1..], (int)identifier);
    }
}
