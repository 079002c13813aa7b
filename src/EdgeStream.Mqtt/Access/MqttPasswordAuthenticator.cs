using System.Net;
using System.Security.Cryptography;

namespace EdgeStream.Mqtt;

/// <summary>Lets clients in by certificate, by name and password, or without a name where the listener takes that; and
/// gives them the rights of a list of rules.</summary>
/// <remarks>
/// Thread-safe; users and rules can be replaced at any time. Rules count for connected clients at once, users for the
/// next login. Hashes are computed off the caller's thread, a few at once; at most 4,096 logins wait for that. An
/// unknown name costs as much as a wrong password.
/// So that a fleet that comes back after an outage is not held up by its hashes, the password that a user was verified
/// with last is remembered as an HMAC under a key that lives in memory only.
/// Failed logins slow the ones after them from the same address, but for those of <see cref="UnslowedNetworks"/> and of
/// users whose remembered password is right: one wrong device doesn't lock out the others behind its address. After
/// <see cref="MqttUserList.User.FreeMismatchesMax"/> wrong passwords of a user at slowed addresses without a right one
/// its logins are slowed like all, so that nothing can be guessed that way.
/// </remarks>
public sealed class MqttPasswordAuthenticator : IMqttAuthenticator, IDisposable
{
    private const int WaitingMax = 4096;
    private const int KeyBytes = 32;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(KeyBytes);
    private readonly FailedLogins _failed = new();
    private readonly SemaphoreSlim _verifying;
    private readonly TimeProvider _time;
    private readonly BrokerClock _clock;
    private volatile MqttUserList? _users;
    private volatile MqttAccessRules? _rules;
    private volatile IReadOnlyList<IPNetwork> _unslowedNetworks = [];
    private int _waiting;

    /// <param name="users">Who may log in; null where there are no users, and names are not looked at.</param>
    /// <param name="rules">Who may do what; null where everyone may do everything.</param>
    /// <param name="time">The clock.</param>
    /// <param name="parallelism">How many passwords are verified at once; by default one for two processors.</param>
    public MqttPasswordAuthenticator(
        MqttUserList? users, MqttAccessRules? rules, TimeProvider? time = null, int? parallelism = null)
    {
        _users = users;
        _rules = rules;
        _time = time ?? TimeProvider.System;
        _clock = new BrokerClock(_time);
        _verifying = new SemaphoreSlim(parallelism ?? Math.Max(1, Environment.ProcessorCount / 2));
    }

    /// <summary>Who may log in.</summary>
    public MqttUserList? Users
    {
        get => _users;
        set => _users = value;
    }

    /// <summary>Who may do what.</summary>
    public MqttAccessRules? Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>Where failed logins slow nobody: networks with many devices behind one address.</summary>
    public IReadOnlyList<IPNetwork> UnslowedNetworks
    {
        get => _unslowedNetworks;
        set => _unslowedNetworks = value;
    }

    /// <inheritdoc/>
    public async ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(login);
        if (login.Peer.CertificateUser is { } certified)
        {
            return Accepted(certified, login);
        }

        if (login.UserName is null || (_users is null && login.Peer.IsAnonymousAllowed))
        {
            return login.Peer.IsAnonymousAllowed
                ? Accepted(null, login)
                : MqttLoginResult.Refused(
                    MqttReasonCode.NotAuthorized,
                    MqttRefusal.NameNeeded,
                    $"it has no user name, which the listener '{login.Peer.ListenerName}' asks for");
        }

        if (login.Peer.Address is not { } address || IsUnslowed(address))
        {
            return await JudgeAsync(login, null, cancellationToken).ConfigureAwait(false);
        }

        if (_failed.IsSlowed(address, _clock.NowMs) && IsRemembered(login))
        {
            return Accepted(login.UserName, login);
        }

        if (!_failed.TryBegin(address, _clock.NowMs, out int delayMs))
        {
            return MqttLoginResult.Refused(
                MqttReasonCode.ConnectionRateExceeded,
                MqttRefusal.LoginsTooFast,
                "too many logins of its address wait after failed ones");
        }

        if (delayMs == 0)
        {
            return await JudgeAsync(login, address, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(delayMs), _time, cancellationToken).ConfigureAwait(false);
            return await JudgeAsync(login, address, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _failed.End(address);
        }
    }

    /// <inheritdoc/>
    public bool MayPublishRestoredWill(string? userName, string clientId, ReadOnlySpan<byte> topic) =>
        new ClientRights(this, userName, clientId).MayPublish(topic);

    /// <inheritdoc/>
    public void Dispose() => _verifying.Dispose();

    private MqttLoginResult Accepted(string? userName, MqttLogin login) =>
        MqttLoginResult.Accepted(userName, new ClientRights(this, userName, login.ClientId));

    private bool IsUnslowed(IPAddress address)
    {
        IReadOnlyList<IPNetwork> networks = _unslowedNetworks;
        if (networks.Count == 0)
        {
            return false;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a login at a slowed address has the password that its user was verified with last.</summary>
    private bool IsRemembered(MqttLogin login) =>
        login.Password is { } password
        && _users?.Find(login.UserName!) is { } user
        && user.IsRemembered(Digest(password.Span));

    private async ValueTask<MqttLoginResult> JudgeAsync(
        MqttLogin login, IPAddress? address, CancellationToken cancellationToken)
    {
        MqttUserList users = _users ?? MqttUserList.Empty;
        string name = login.UserName!;
        MqttUserList.User? user = users.Find(name);
        if (login.Password is { } password)
        {
            if (user?.Verified is { } verified
                && CryptographicOperations.FixedTimeEquals(Digest(password.Span), verified))
            {
                user.Remember(verified);
                return Accepted(name, login);
            }

            if (Interlocked.Increment(ref _waiting) > WaitingMax)
            {
                Interlocked.Decrement(ref _waiting);
                return MqttLoginResult.Refused(
                    MqttReasonCode.ServerBusy, MqttRefusal.LoginsBusy, "too many logins wait to be verified");
            }

            try
            {
                if (await VerifyAsync(user?.Hash ?? users.Stranger, password, cancellationToken).ConfigureAwait(false)
                    && user is not null)
                {
                    user.Remember(Digest(password.Span));
                    return Accepted(name, login);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        if (address is not null)
        {
            _failed.AddFailure(address, _clock.NowMs);
        }

        return MqttLoginResult.Refused(
            MqttReasonCode.BadUserNameOrPassword, MqttRefusal.BadLogin, $"its login as '{name}' failed");
    }

    private async Task<bool> VerifyAsync(
        MqttPasswordHash hash, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        await _verifying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => hash.Verify(password.Span), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _verifying.Release();
        }
    }

    private byte[] Digest(ReadOnlySpan<byte> password) => HMACSHA256.HashData(_key, password);
}
