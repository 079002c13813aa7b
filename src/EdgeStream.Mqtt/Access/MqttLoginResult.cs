namespace EdgeStream.Mqtt;

/// <summary>The answer to a login: who the client is and what it may do, or why it may not connect.</summary>
public sealed class MqttLoginResult
{
    private MqttLoginResult(
        MqttReasonCode reason, MqttRefusal refusal, string detail, string? user, IMqttRights? rights)
    {
        Reason = reason;
        Refusal = refusal;
        Detail = detail;
        UserName = user;
        Rights = rights;
    }

    /// <summary>Whether the client may connect.</summary>
    public bool IsAccepted => Reason == MqttReasonCode.Success;

    /// <summary>The reason of a refusal.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>What a refusal counts as.</summary>
    public MqttRefusal Refusal { get; }

    /// <summary>The refusal in words, for the log; the client isn't told more than the reason.</summary>
    public string Detail { get; }

    /// <summary>Who it is; null for an anonymous client. A session belongs to the user who made it.</summary>
    public string? UserName { get; }

    /// <summary>What it may do; null for everything.</summary>
    public IMqttRights? Rights { get; }

    /// <summary>Where the client is to go instead; null where it isn't sent anywhere.</summary>
    public MqttRedirection? Redirection { get; private init; }

    /// <summary>The client may connect.</summary>
    /// <param name="userName">Who it is; null for an anonymous client.</param>
    /// <param name="rights">What it may do; null for everything.</param>
    public static MqttLoginResult Accepted(string? userName, IMqttRights? rights = null) =>
        new(MqttReasonCode.Success, default, "", userName, rights);

    /// <summary>The client is not served here: it is told another server, and its connection ends.</summary>
    /// <remarks>Not counted as a refusal, but in <see cref="MqttStatistics.ClientsRedirected"/>. Best only for
    /// clients that
    /// have shown who they are: the answer tells them the server.</remarks>
    /// <param name="redirection">Where it is to go.</param>
    public static MqttLoginResult Redirected(MqttRedirection redirection)
    {
        ArgumentNullException.ThrowIfNull(redirection);
        return new MqttLoginResult(redirection.Reason, default, "", null, null) { Redirection = redirection };
    }

    /// <summary>The client may not connect.</summary>
    /// <param name="reason">Best <see cref="MqttReasonCode.BadUserNameOrPassword"/>,
    /// <see cref="MqttReasonCode.NotAuthorized"/> or <see cref="MqttReasonCode.ServerBusy"/>; 3.1.1 has return codes
    /// for these.</param>
    /// <param name="refusal">What it counts as.</param>
    /// <param name="detail">For the log; without the password.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reason is not a failure.</exception>
    public static MqttLoginResult Refused(MqttReasonCode reason, MqttRefusal refusal, string detail)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(
            (byte)reason, (byte)MqttReasonCode.UnspecifiedError, nameof(reason));
        return new MqttLoginResult(reason, refusal, detail, null, null);
    }
}
