using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Which shard a key belongs to is Kinesis's choice: the MD5 of the key.</summary>
public sealed class PartitionKeyHashTests
{
    [Theory]
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("abc", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [InlineData(
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a")]
    public void Published_digests_come_out(string key, string digest) => Assert.Equal(
        BinaryPrimitives.ReadUInt128BigEndian(Convert.FromHexString(digest)),
        DataStream.HashKeyOf(Encoding.ASCII.GetBytes(key)));

    [Fact]
    public void Keys_of_every_length_have_the_digest_of_the_framework()
    {
        foreach (var seed in TestSeed.Take(1))
        {
            TestSeed.Run(seed, random =>
            {
                for (var length = 0; length <= 1024; length++)
                {
                    var key = new byte[length];
                    random.NextBytes(key);
                    Assert.Equal(
                        BinaryPrimitives.ReadUInt128BigEndian(MD5.HashData(key)), DataStream.HashKeyOf(key));
                }
            });
        }
    }
}
