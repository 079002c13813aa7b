using System.Globalization;

namespace EdgeStream.Kinesis.Tests.Signing;

public sealed class SigningKeyCacheTests
{
    [Fact]
    public void Keys_in_use_stay_whatever_others_come_and_the_number_is_bounded()
    {
        var cache = new SigningKeyCache();
        cache.Add("mine", [1]);
        for (var number = 0; number < 10 * SigningKeyCache.CountMax; number++)
        {
            cache.Add(number.ToString(CultureInfo.InvariantCulture), [2]);
            Assert.True(cache.TryGet("mine", out var key) && key[0] == 1);
            Assert.InRange(cache.Count, 1, SigningKeyCache.CountMax);
        }

        Assert.False(cache.TryGet("0", out _));
        Assert.True(cache.TryGet((10 * SigningKeyCache.CountMax - 1).ToString(CultureInfo.InvariantCulture), out _));
    }

    [Fact]
    public void A_wrong_signature_leaves_no_key_behind()
    {
        var access = new KinesisAccess([new KinesisCredential("AKID", "secret")]);
        Assert.True(CredentialScope.TryParse("AKID/20260101/eu/kinesis/aws4_request", out var scope));
        var key = access.SigningKeyOf(scope);
        Assert.NotSame(key, access.SigningKeyOf(scope));
        access.Remember(scope, key);
        Assert.Same(key, access.SigningKeyOf(scope));
    }
}
