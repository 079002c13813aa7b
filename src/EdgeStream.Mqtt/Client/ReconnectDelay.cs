using System.Security.Authentication;
using System.Security.Cryptography;

namespace EdgeStream.Mqtt;

/// <summary>The wait before the next attempt to connect: full jitter, as "Exponential Backoff And Jitter" (AWS
/// Architecture Blog, 2015).</summary>
internal static class ReconnectDelay
{
    /// <summary>Past this exponent every base of a millisecond or more reaches every cap: 1 ms · 2^30 is twelve
    /// days.</summary>
    private const int ExponentMax = 30;

    private const double DelayMsMin = 10;

    /// <summary>Between 10 ms and the base doubled with each failure, at most the cap. Where the server said no,
    /// between half the cap and the cap: trying sooner changes nothing, and may lock the user out.</summary>
    internal static TimeSpan After(int failures, bool isRefused, MqttReconnectOptions options)
    {
        double capMs = options.CapDelay.TotalMilliseconds;
        double random = options.Random.NextDouble();
        if (isRefused)
        {
            return TimeSpan.FromMilliseconds((capMs / 2) + (random * capMs / 2));
        }

        double ceilingMs = options.BaseDelay.TotalMilliseconds * (1L << Math.Clamp(failures - 1, 0, ExponentMax));
        return TimeSpan.FromMilliseconds(Math.Max(DelayMsMin, random * Math.Min(capMs, ceilingMs)));
    }

    /// <summary>Whether someone has to mend something first: the login, the certificates, the address, a client
    /// identifier that another client uses too.</summary>
    internal static bool IsRefusal(Exception failure) => failure switch
    {
        MqttProtocolException protocol => protocol.Reason
            is MqttReasonCode.UnsupportedProtocolVersion or MqttReasonCode.ClientIdentifierNotValid
            or MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.NotAuthorized or MqttReasonCode.Banned
            or MqttReasonCode.BadAuthenticationMethod or MqttReasonCode.SessionTakenOver
            or MqttReasonCode.UseAnotherServer or MqttReasonCode.ServerMoved or MqttReasonCode.AdministrativeAction,
        IOException { InnerException: AuthenticationException } => true,
        CryptographicException => true,
        _ => false,
    };
}
