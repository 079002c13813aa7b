namespace EdgeStream.Testing;

/// <summary>How one connection over a <see cref="FaultyLink"/> goes.</summary>
/// <param name="Fault">What goes wrong.</param>
/// <param name="AfterBytes">After how many bytes in the direction that it is about, TLS not counted.</param>
/// <param name="DelayMax">The longest time by which a piece comes late.</param>
/// <param name="BytesPerSecond">How much passes in each direction; 0 for as much as there is.</param>
/// <param name="Seed">The seed of the delays.</param>
public readonly record struct LinkScript(
    LinkFault Fault, int AfterBytes, TimeSpan DelayMax, int BytesPerSecond, int Seed)
{
    /// <summary>All passes.</summary>
    public static LinkScript Healthy => default;

    /// <summary>Whether the fault counts the bytes of the server rather than those of the client.</summary>
    public bool IsAboutAnswer => Fault is LinkFault.AnswerReset or LinkFault.AnswerCut;

    /// <summary>Whether the link itself answers instead of the server.</summary>
    public bool IsAnswered => Fault is LinkFault.TooManyRequests or LinkFault.ServerError or LinkFault.Unavailable
        or LinkFault.UnavailableForNow or LinkFault.ClockSkew;

    /// <summary>Whether the client must not send anything.</summary>
    public bool IsUntrusted => Fault is LinkFault.WrongName or LinkFault.WrongAuthority;
}
