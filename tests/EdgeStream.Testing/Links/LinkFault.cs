namespace EdgeStream.Testing;

/// <summary>What goes wrong with a connection over a <see cref="FaultyLink"/>.</summary>
public enum LinkFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is reset as soon as it is there.</summary>
    Refused,

    /// <summary>It is reset in the middle of what the client sends.</summary>
    RequestReset,

    /// <summary>It is reset in the middle of what the server answers.</summary>
    AnswerReset,

    /// <summary>It ends in order in the middle of what the server answers.</summary>
    AnswerCut,

    /// <summary>What the client sends arrives and is acted upon, the answer is swallowed; then it is reset.</summary>
    AnswerLost,

    /// <summary>Nothing arrives any more in either direction, and nobody is told.</summary>
    Silence,

    /// <summary>A few thousand bytes a second, then a reset.</summary>
    Drip,

    /// <summary>Each piece comes late, by a different time, then a reset.</summary>
    Delay,

    /// <summary>The certificate is of another name.</summary>
    WrongName,

    /// <summary>The certificate is of an authority that nobody trusts.</summary>
    WrongAuthority,

    /// <summary>429 with Retry-After.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>503 with Retry-After.</summary>
    UnavailableForNow,

    /// <summary>The request's time is refused, by a clock that is an hour ahead.</summary>
    ClockSkew,
}
