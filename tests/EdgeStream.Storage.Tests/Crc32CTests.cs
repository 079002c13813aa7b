using System.Numerics;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Every way to the checksum of some bytes gives the one that RFC 3720 defines.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void The_examples_of_the_standard_come_out()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        var ascending = new byte[32];
        for (var i = 0; i < ascending.Length; i++)
        {
            ascending[i] = (byte)i;
        }

        Assert.Equal(0x46DD794Eu, Crc32C.Compute(ascending));
    }

    [Fact]
    public void A_long_run_has_the_checksum_of_its_bytes_one_by_one()
    {
        foreach (var seed in TestSeed.Take(20))
        {
            TestSeed.Run(seed, random =>
            {
                var bytes = new byte[random.Next(40_000)];
                random.NextBytes(bytes);
                var state = (uint)random.Next();
                Assert.Equal(Slowly(state, bytes), Crc32C.Append(state, bytes));
            });
        }
    }

    [Fact]
    public void A_state_is_moved_over_zeros()
    {
        for (var size = Crc32CShift.OverSizeBytesMin; size <= Crc32CShift.OverSizeBytesMax; size += 13)
        {
            var expected = Slowly(0xDEADBEEF, new byte[size]);
            Assert.Equal(expected, new Crc32CShift(size).Apply(0xDEADBEEF));
            if (Crc32CShift.HasOver)
            {
                Assert.Equal(expected, Crc32CShift.Over(0xDEADBEEF, size));
            }
        }
    }

    [Fact]
    public void An_entry_in_a_chain_has_the_checksum_that_it_has_alone()
    {
        foreach (var seed in TestSeed.Take(20))
        {
            TestSeed.Run(seed, random =>
            {
                for (var size = 0; size < 2100; size += random.Next(1, 40))
                {
                    var entry = new byte[size];
                    random.NextBytes(entry);
                    var (chain, context) = ((uint)random.Next(), (ulong)random.NextInt64());
                    Assert.Equal(
                        EntryFormat.Checksum(chain, entry, context),
                        EntryFormat.ChainedChecksum(chain, entry, context));
                }
            });
        }
    }

    private static uint Slowly(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }
}
