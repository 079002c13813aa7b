using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>Verifies Signature Version 4 of requests, in the header or in the query.</summary>
/// <remarks>Thread-safe. The region of a signature is the client's choice: there is one gateway, whatever its clients
/// call its region.</remarks>
internal static class SignatureVerifier
{
    private const string Terminator = "aws4_request";
    private const int HeadersMax = 64;
    private const string OwnPrefix = "x-amz-";

    // The hash is that of the body that came, whatever the one says; the other says nothing of what is to be done, and
    // some clients leave it out.
    private static readonly string[] Unneeded = ["x-amz-content-sha256", "x-amz-user-agent"];
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);

    /// <summary>Lets a request pass.</summary>
    /// <remarks>Where there are no keys, also one that is not signed.</remarks>
    /// <param name="access">The keys.</param>
    /// <param name="request">What is signed.</param>
    /// <param name="service">The service that the signature must name.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ApiException">The signature is missing, incomplete, expired or wrong.</exception>
    internal static void Verify(
        KinesisAccess access, in SignedRequest request, string service, DateTimeOffset now)
    {
        if (access.IsAnonymous && !Authorization.IsIn(request))
        {
            return;
        }

        // A signature that is not complete says that a client has something wrong, also where nobody verifies it.
        var authorization = Authorization.Of(request);
        if (access.IsAnonymous)
        {
            return;
        }

        if (!access.Has(authorization.Scope.AccessKeyId))
        {
            throw new ApiException(
                ErrorType.UnrecognizedClient, "The security token included in the request is invalid.");
        }

        CheckScope(authorization, service);
        CheckTime(authorization, now);
        CheckHeaders(authorization.SignedHeaders, request.Headers);
        var key = access.SigningKeyOf(authorization.Scope);
        if (!IsRight(authorization, request, key))
        {
            throw new ApiException(
                ErrorType.InvalidSignature,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                    + "Access Key and signing method. Consult the service documentation for details.");
        }

        // Only whoever has the secret fills the memory.
        access.Remember(authorization.Scope, key);
    }

    /// <summary>The signature of a request in hexadecimal.</summary>
    internal static void Sign(
        in SignedRequest request, Authorization authorization, byte[] key, ResponseBuffer buffer)
    {
        CanonicalRequest.Write(buffer, request, authorization.SignedHeaders);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.Written.Span, hash);
        buffer.TruncateTo(0);
        buffer.Write("AWS4-HMAC-SHA256\n"u8);
        Write(buffer, authorization.TimeText);
        buffer.Write((byte)'\n');
        Write(buffer, authorization.Scope.Signed);
        buffer.Write((byte)'\n');
        CanonicalRequest.WriteHexadecimal(buffer, hash);
        HMACSHA256.HashData(key, buffer.Written.Span, hash);
        buffer.TruncateTo(0);
        CanonicalRequest.WriteHexadecimal(buffer, hash);
    }

    private static bool IsRight(Authorization authorization, in SignedRequest request, byte[] key)
    {
        using var buffer = new ResponseBuffer();
        Sign(request, authorization, key, buffer);
        var given = authorization.Signature;
        if (given.Length != buffer.Count || !Ascii.IsValid(given))
        {
            return false;
        }

        Span<byte> claimed = stackalloc byte[2 * SHA256.HashSizeInBytes];
        Encoding.ASCII.GetBytes(given, claimed);
        return CryptographicOperations.FixedTimeEquals(claimed, buffer.Written.Span);
    }

    private static void CheckScope(Authorization authorization, string service)
    {
        var scope = authorization.Scope;
        if (scope.Terminator != Terminator)
        {
            throw Refuse(
                $"Credential should be scoped with a valid terminator: '{Terminator}', not '{scope.Terminator}'.");
        }

        if (scope.Service != service)
        {
            throw Refuse($"Credential should be scoped to correct service: '{service}'.");
        }

        if (!authorization.TimeText.StartsWith(scope.Date, StringComparison.Ordinal) || scope.Date.Length != 8)
        {
            throw Refuse(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + $"'{scope.Date}' != '{authorization.TimeText[..8]}', from '{authorization.TimeText}'.");
        }
    }

    private static void CheckTime(Authorization authorization, DateTimeOffset now)
    {
        var lifetime = authorization.Lifetime ?? SkewMax;
        if (authorization.Time - now > SkewMax)
        {
            throw Refuse(
                $"Signature not yet current: {authorization.TimeText} is still later than "
                    + $"{Authorization.FormatTime(now + SkewMax)} ({Authorization.FormatTime(now)} + 5 min.)");
        }

        if (now - authorization.Time > lifetime)
        {
            throw Refuse(
                $"Signature expired: {authorization.TimeText} is now earlier than "
                    + $"{Authorization.FormatTime(now - lifetime)} ({Authorization.FormatTime(now)} - "
                    + $"{(int)Math.Ceiling(lifetime.TotalMinutes)} min.)");
        }
    }

    /// <summary>The host and every header of the service's own must be signed; what is not could be
    /// exchanged.</summary>
    private static void CheckHeaders(string signedHeaders, IHeaderDictionary headers)
    {
        var hasHost = false;
        var count = 0;
        foreach (var range in signedHeaders.AsSpan().Split(';'))
        {
            hasHost |= signedHeaders.AsSpan(range) is "host" or ":authority";
            if (++count > HeadersMax)
            {
                throw Refuse("The request signs too many headers.");
            }
        }

        if (!hasHost)
        {
            throw Refuse("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }

        foreach (var (name, _) in headers)
        {
            if (name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
                && !IsSigned(signedHeaders, name)
                && Array.IndexOf(Unneeded, name.ToLowerInvariant()) < 0)
            {
                throw Refuse($"'{QuotedText.Of(name)}' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
    }

    private static bool IsSigned(ReadOnlySpan<char> signedHeaders, string name)
    {
        foreach (var range in signedHeaders.Split(';'))
        {
            if (signedHeaders[range].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static void Write(ResponseBuffer buffer, ReadOnlySpan<char> text)
    {
        var room = buffer.Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        buffer.Advance(Encoding.UTF8.GetBytes(text, room));
    }

    private static ApiException Refuse(string message) => new(ErrorType.InvalidSignature, message);
}
