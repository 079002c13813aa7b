using System.IO.Compression;

namespace EdgeStream.Delivery;

/// <summary>What Unicode says of characters, as far as the preparation of passwords needs it.</summary>
/// <remarks>
/// <para>From the Unicode Character Database 14.0: compatibility decompositions, all the way; canonical combining
/// classes; pairs that compose. From RFC 3454, for Unicode 3.2: A.1 (unassigned), D.1 (written from right to left) and
/// D.2 (from left to right). Hangul syllables are not in them: they follow by arithmetic.</para>
/// <para>Compressed by zlib, and that in base64. Six sections, each with its count first; all numbers are varints of
/// seven bits, the lowest first, characters relative to the one of the entry before: decompositions (character, length,
/// then each of the characters, signed as ZigZag and relative to the one before, over entries), classes (character,
/// class), compositions (first, second as it is, composite relative to the first, signed), and three of ranges (first
/// relative to the last of the one before, length less one).</para>
/// <para>Some 35 KiB are read at once and kept by who holds it.</para>
/// </remarks>
internal sealed class UnicodeTables
{
    private const string Packed = """
        eNrtvQlgVUWyN36q+txzl5M9IQlhJ8SAqIAsAoJb3B23cdfRGcdtZtzQQcI6hhBJCBGQJexb2HcIWwwYIEAERDbZjAFZYoiAgIiIiPj/VZ97ww2L
        z3lv5v3f931P7qmu3qqrq6u6q/v0iZOunUB0i4eNLTbTpz4X96Z1tqJJNhETJxUjPM2Kl4YNCCE6glhPVj2mptH4NCLlAjJJEM7TKcwJ533EP/vS
        bOJffOmAve0MwD72AMD37cE2A64Dvto+jZLf+84A/uA7C/ijr68tdY8B/8Z3AvC47yTgt77zPubvfIeBH/IdANzvKwc86KsA/MpXqdNP+hTwncB3
        +HYD7vKVAn6uy+zxbUHuCl8R8I98KwFX+IoBV/nWAK72bQL81LcNrXzqy9LcLkHKYl8B4FJfIeCHvhJddy7gHN98wHm+fMAFoMm80DcT+DRfHuBE
        32TASb6pgFN803V6Plqf4ssFPsw3AnC4bxTgSF1mrG8QKAz0jfOJfEQCa3Vb79nZwNf7NgDvZ2/S0hMZrrfPIWWZbzngT77zmqsiLXPh/GPfOuCZ
        kDPxVvSIeKA9CPhmLYH37eDyMjqrtBycMVqtpdHHLrGldc2JbvFTLZ9+erwW+5boUQumI2O9Qkv1F99KPe6S8pF9CikLfYvQ7re+AE4Yx2A6Z7Vs
        C/XoF+nR15TRR0bvoIA34bn5hJb3fK0XBbboyxnkL7ZFI2Zo2X/tW2ILPU3bDuZoJ/R4GOVCRbdShR6TqVpr8m3RLNGvBUESHU+jvYo7BhM+pod8
        rm78jFaIAt2lvXrwxmn1mmlLSV3LvtDVb31lgKN9YwC/qFZ+ui0qK4o7zdYsaGU67ptqC2uaTTvQaYV2r0TngFa4PG0SwTwfBZzlmw14JIjmRHun
        VkFRREc5PvAN1vheTVmG+X3fAG0MpVpBR2kTKtcKDbWmBb4GfNcIW6xrty+M+9s5wD/xbfTFqDn2NSinBtqvoaDa7Ltmsha/IjY74EF4g5vY0xYP
        wodzbTHUnb4qVdNK/2OQQnxzQfLqG/DvJjUWY4dgD2KhpIYjhmAXYh5ScxDzOCXDSQ1DLJzVz74BNiqsRdcQvAd2XRLb6HPBeDznPBh2z3KPQrsX
        jK23fcEwfrygJmqBnW/fRWoGIndBNq6ZoPEdnaKA4Qy0ryFu+hoehC9dUP6vLsgP/Ay2I0mtgPAjoa6e0+BgsWcJ4FbPNsAPPIM9IrUxtoyHHnV7
        AvAvfftk2rCHAv/Mtx34EDswDNJyYBgIQxIwdzHlYEO4YOI/VzO7C6b8QzUzDei6TDMXdGiSPdmWqbccPVtmB6YcNw8L4qGPvUZPomhRzYN+u0Vq
        +RJ8DZ1niU0X2/7aV2XY6jhwl+TMl7FxNEM0tRcthd6dcxP9gCeCaICHyCTCYjREsPq8gDZKy3qK/NTeLhKyB4VAKiElegrbidVsMxN9g/phRKBW
        6PkDYVrAakWNiGuENqeBZMEGN4SYNCTE4tZY9NQqe4sdSjyBx6PuEC/xcnsaeJ7NswDn8zxmXs7LANfxx0jZwmhDneD9HJqA7IlIKuQPAbfxl4CV
        fAjwKB8BPMHHUTRL/ShFpQbxWf4R8Bj/BJilMmEsg9RAxXSAdU+TiA1pZJ1QpHN47ASydXfQh0eI2puU6OZymmESzzRHmsy55iTT5GzzJ+XiyeYC
        pM815wGWmB+aNlImQXLl5kEzjveaXyP9sPk5au1EiskzXaNdLuR+i/Rj5nHAvq4fzXguc63H2Gx0feK6lweY45G+z/zSDOOh5hDg283PAIeaAwG3
        mJtNxaPMscD3mnuAT3aPh9nnuScCjjFHI73M/AJwXFCZCeY04JXmIcDpVfQhc3MW4FHzCMqsdK8AhWL3KsAN5nqkZ7v6gasl5kfAz5s/AxaZiwFP
        m9+bki69PqF7UVBVRkEOa3W/3nMNwEh5248GOX6S+ImniePiiZ/6AzQj5kF+ahRk/AQyptIUYI88ejcXU28Meyl9TpF8jn6inSZPtxt7UE1xZFQj
        vv8B4vt+R3zPvVi6biFu3Ya4ZSviBg2Jaya8xrkM24+qH8Gv6gxG4qN8lGIUuz2JQTUVahwmjGRdxXWqVbmBZ1M2teEG4UhFTkTDnryX6nflbXSN
        m+vUJa5Tn7keDM7jvupdPkBV5dDZDK7DXDeaVEw0tLpuyGNcRq3hui3h1k04NJG4UXQz2k438BuHycc7YCku/oQ2Aq6iYsClVECh/A1Jbib0j8ki
        7vkCqRd7E1p++SVSL/ehuh7wEcWN7vWh/y7MiS70xgUZhfL9977O+ygKFljG2TG8rfGfmJ/5A0PKDPkyP/iQyXfd3YR9XuawUKU5j4mGa1nza0WH
        XiXKhgFkol1TXFQa7CJ636XRi38scCrsfpJbTxpOBcAYor1uHTnwN6IVbweyKt0B7Gs3kzPTLFdES/FsQF7GqzrzU1TwaGwLsC9A4ltk7gX+1UuB
        xhtpuCyUKIogIYmcCdFBbT0JcRgdpUTagYp78JTjgXXRbjxHgJ90OPEE6uKX9xrogYE/Es0H+gnQZ0j+M4P6bOnOAZmnHNaBTgaDE/+m0UkgONsT
        KLzRvJW/CRVvPFNP5Wur+ZzFdtViaO8FHGuPw7z4Bbz3+0gtg7t5X8BnD3iswR5cKfCR9ijAz6t5lNsAPxD/VG2GNwoVXYy1B4H4lFgAliLmkqVo
        i13lu2IKx2Jgw2VQO7C03IrJGavZrYEdhrNU/xK0qP1QzT+9kmcYzK0sIY43s/6Cr60+BYfwMOaBUKi4UsFu1XxbHDa9gFWrPdf2uy7wiObaHaX2
        MV9HKbvBFqlqCQfJdoWt3UC9UzhUbQGebQfanBHkJH5bzdkMlmxVf9Qy0FSkJoEogoNYdMV/QQzBt6gJcU+Ep4hA3EaXlJwpUt9fzaG84Ph+Xc25
        zLP9JdVEO096OAmRjuIUXJDosmq9qnJh1Hi7zBdCahp8WQSya/NKLF8CKXeDxPb5bqhyg/3eOjQP7q52fe1Cu8pRtC948fPs4DLBY141UnBGykQg
        w9G6Esdxr3iMU+BLe4T7YJdX661OGW4HO8ra9fIN9YkbFiwrcc/G+yb4pJ8XHLNhdrCzfqHMniCH/nPtqg3ELlDctgv7tg8uaJJjL+jzdN3i1Kp2
        t/oKMYUP807Htr3/BacLe+sqJxAOObRMXE4YCSmxGHT9I8SUuKPpdpg468W+MKckHJPViCHoE2xpqjf01itUNshI/QJ32RYqG3y2UMm2LaGywWcJ
        lWxxslcj5nKotCO1HlTaicYvt8Wd1PstO3i/WrUDUz/JyMo8UCiBnAwomSMKJZD9Ihj9GDEEmfZZYXQZYiz1lgujH4L4raITwZa+yBZ7OqW3W8Fb
        ryprU9+JtokmT5VAThaU2MhUCfYjhuYWIhbmlGTR0qkSHMJW7lbRoUq0qr7C2LcUKrt9LYXKCLu1UNntay1URtiJQmW3L1GojLCbCZXdvmZCZYQd
        IcFuX4S4/MHuf5UdITtHqA+Hj91StDdHqA9DDMEOxBKF3kahLiVBdjRiCL5ALEKCjUJ9iB28zQveUATrcEDP3VwGJxfOr3ieqhB4EqkDiCRLsIzR
        2D7EkiRYxs+R2ksfMlyncfCLCN7Rj5DmWeAokMc/UrIEP2HZUxMQS5LgJ0KtcSiIWhW0Gm2t4VVoq5hXC9nDiCRLsFraqkQsSfF07sPiyPRGuXTg
        KDcTkWQJ+ki56Yih3FF2vOa1KFcCHOWOIZIswcdS7ihiSRJ8LLwfprXC+0w4F3DD+T3U6suZUmAuIskSZEqt2YglSZAptWbSe1LrGH2CWht5PWpt
        4E+kwElEkiX4RGqdQCxJgk+k1jFaL7XmUn/UyuF+qJXN/aVAPiLJEvSXWvMRS5Kgv9SaS/2k1lnahVq7eQdq7eRdUuA8IskS7JJa5xBD/5fzcJQb
        wcNQLhc4yhUhkizBcCm3HDGUy1IHUa5ctiIY1YNSLlvtl3LZyEmUzcp+SZRyz4lQ9jP8tRKayIzxnMjJjC5P5CRW6xCAwQF6o3OUv2YZuiNSd7D6
        WggOVkeE4CDEkiQ4IgQHoCBqbaJZeoc1g2UgZ0mBbYgkSzBLam1BLEmCWVJrE82QWntJdlAH/NsstMiH/Zutb/SeytlyfQt4UjZefI5/Bjzv32v1
        w14r27/j+gBwMPZdSivzi6R2Q5n/TOZugtpnkyBQfAeB6mf5U5Ky/CnPWU7CHzANjoDSvyjBjwQKEtMUJJ7sIDCDLH9KUpY/RShIglAop4+Fh3Io
        JShITFOQeLKDfOzwIClJWf4UoSAJQmEyFPlFCd4TChLTFCSe7CCZDgVJScrypwgFSRAKWZDeixJ8LRQkpilIPNlBjjgUJCUpy58iFCRBKKzDmL4o
        wQyhIDFNQeLJDjLLoSApSVn+FKEgCaDAuwlqzjv5c2hFKTQPtZC2i2R4vuQsePm7aQ/JzLNHdiIjCNqOPdZIwFF6H54nW3hs5Iej4vqQCqyGGxFf
        EFYhhxr2Gvghq0O22J3F/r/R1MvpIIngj2jq5fQ1Sd7XQn0CmMIMwc5RwBzAuewo7SQUEurQzxV2hUzGqxA8JxPDVyhQ4beF/RwuM8J+xsbmBHZR
        MhPs584yE0xBsans0F8AmC+HDKBSaScLzUohLTHofF+/DvfG8pSufhSa2XKeQJymvkBOmUgLNuFMYT8K/RL6CElFMrdyscxS2O/K7LhSJKUO2Vvs
        cGlFDj1olU+pbaEfKBFGFmY50YCBSoSRxe+z2Ov7DGEs8pNcps8/turDjs0a/1iLulhvHSrhVByC0I1f+blp37sWf/nu1JBQ6hdCbBikDMPwUi2T
        J6eRE2O2HMTF05CG3d0G2wu/x0D5G/F0CDMr3kW2R15JRFJ9orcV/fWSXWEtok2Z2DXNENBEJ6Gf1OOyO8grVmLqpHdnMXp/V4zd2n530F7N2WZK
        NIRTbntSJb7wF1LqBeg3tm/67IDVLa/Im5O4V3KQuMRkXqE+A3YbUceAXG4hOi+bSKVjoHYLk/T0NiVlnGakpGKGHxZWJwxb/FCmBKZxCMbiqUMc
        Dd+RBtqa59uJbtZIGAleXCOI389qsLrDex32tNCAmrpgAvbH3Vw0Ujp9iy4kW0e3emtqGo0U5m0gw4CY4UCmACHFwCZKHk32IwopY/Xbosl+ROX5
        EZrgR9woM1qnjPMjXqQM10ieH3GN8yM0ykE4dKo0+f27VQoDJEFEwkZNUgk1DTIBJFrXSa1Dqm4dR5SRuj8Yu7b/hdo+1W267mUkF75H87rBJrot
        7BbNBd2WdqvH87vP605c0H0p4KLuC7u35twew3q4eEKP8T0gpx5TesTzzh47ejCX9vi8h8UVPS5S9EiundlTcW7PYYCjeo7syTyh5/iecfy9fdpm
        3tZza0+bZ/ac0RNbXvuMOLn2KcDdPXchpbTn56h1qud3wE/3/B74uZ4/AT/f8+eebs7o1acX5pFe7/VSPLTXEOC5vYYBH9NrNPBxvcb2SuTtvT4D
        vq/Xl4AHeu0HrOj1Va8WnNUrE3h2r36A+b0WAC7qtbCXm0/1+g746V7fA57p9QPg2V4/9upAExbKYesSpnkr6IomhjkMiilillMbE/aBGcaFjZkb
        rqgXcwJ2KhwKBzYUc154FCYriokEiI0GiK8BkBAHUBtDR3VrAdTHcFHDeiAVRaECjXCBHCnQjBZo1RDoiRPoqykwpJbAsDoCI6RujMKkGuFy3lpg
        78MhEHCYpPnP1GKiiWPRPNY6AAN7HouxsbZM7JMsC2ZpeUIB5KWEFQKGrTAwbEWghkehhv32m6jY+S2ALn8H6PoOQPdUgJ7dAP7RAyCNegGm07uA
        GdRbLKAv9ZEgi96TIJsyJcihfhIMoP4SDKL3JRhMAyUYSh9IkEtDJMAiqe2IhkswhkZqy6PR2iRprAR5NF4bMU3EmDX/1cnxn/2F/UupDaE8n3k6
        k2Avf1H7EVpVBv0yr5xJ68fRBEWjMQEmnyTKXUTzmXb/SI/S5M3Qi49KQOIhfSiHuaAV0ZOav8Yaz8Zm8Hf6BP46nXQ10d80jMWMjXrLSaYPOc3r
        oKu30VPm9UR/0ed/iFai2UEoNcKtaUToqsgagbRCpP2J6ATprKuIriF6Tc8u2116YYnX5CpJ10Mjh0knJ+h4d6KGmtQEpGZ7Cfsn4WydrYtORWJ9
        XRRpD+ikXFOPI+bxEzC1DKfVzjotSvf5L7oY8o+B/HlLt+/TU36Ebgj181BrvnJacHh8UVeN0mWWkI6sUzr4s2bwOaJSJ47IANQ5R1qgRyG+uaS5
        PuVyjnTPebTI3iZ6mUhWylhd8jZHWmhrkSvQWJTuXV3N3DjSAUrODNcDMdOtWb9OVlUtggFOO8c8ugp+dxLdi2Sly/VF7gmgN6F7SssLvSsAdgI8
        nXW4RcpGp+UCJC5yzlnRtW2kG/BovtaQXlRDtDJtYt0N5BxzSmN8zyg94Cia43TIOawFy7nAJjix32k9iNC4R6umR8vOp1tqo/lHbhen+03pl5/N
        NlS+ApawV6iKyxHF3/WHUTM83hGAQ2D8zAOhh8z90TRzJokv1wdKwPyu3NrogZUltSvz3zszv9lJ8V//xvzSy8zP/9nNjzxK/MjjzA8+QHz/Q8z3
        3E18170Mt4b41tuZO3YgvvGmOJ4GpXPzt6vo5CrwgPDUKlC2MG02MEP5tkTmxsnM1zRlbt6MuVVL5rY3MHe4kfmWm5lvT2G++y7m393H/NCDih9/
        jPnpp5ife9bNr71K/NpfmTu9Rfz2m8xdUom7vsPcEyvMP7B6pstkyDIzxnF8TcWzaRaJQz0HcD7NA8ynBWTyOhK/tNXV19PAd/XUsQ2PvBrc7veA
        quaUnZdOM4vxJAciMPFmvzopjaP/2qQGF3O4Q6KcA46XGTBHID8iKV1ptI8KuJtmUEmzOj0r4Kw6b0A3XOiT83s8UCoq6BWJZVLRtzJ5IeU9eY+Q
        SDQxUZtPCjR8DLIWYMnAuiTS2HKN8xrkSIPn1aRCnp8yJwXrx6KUBRIsSVkoQWHKUgmWp3woQVHKMgmKU1ZIUJKyWoJ1KWsl2JiyXoJNKZ9IsCXl
        Uwm2pWyWYHvK1hSwOD+lmI7fDmRRSpGDLElZ7iCFKQUOsjxliYMUpSxykOKU+Q5SkjLbQdalzHSQjSlTHWRTymQH2ZKS5yDbUiY4yPaUcYFaa6jf
        HeQGneX0IeXDsPrcCQlKdA4VII8VzV/Kc5ay9OpDXisnaFS8lFfolIpSPlgqyO4PeYfOyl7LmXJSRUuW8kJdpu9a7qNTDhfwoQJB8jfyvI2CrByt
        PhqtpMwq1WeVICPmq2HzBUkbo37WWdtKzM0lJpBjX/CRL6TW2Vz1Q65kZUxQvScIUjxardCFZ5erGeWCbNjMH8u7bMpbr8avl5STC8zjC4TO4XJ1
        SJcZsYGHbZAypwv5u0JBpm/lKVsFOXeUfzyqs0rVd6VSOH8Zz1smKUX55rJ8obN7I+/Qvcj+SmV+pVldxpt1mYxMs3emlMnNNIcAoY1inKVYfnIx
        qw560qt+Pqo82NYk/QZ30YbfZskNlOplKTcl6F0gVzef6obDicUIPqIiwGWy3uvXn8SLZbHjhbQIcB7NB5xFswFn0EzAKbL+8iQ4T8QTZdHk8bJM
        81iZF1ySO5u+YSwe5odYNdbKMsJbqQTtTT55kb2934AoH2v6Z6HOxmw0lpd10Vi8HiQqgQy+wVowHLa6De3SQfEQcm50/IFV6Mnhu7EvHYrE3d1Q
        HQt85v1EW0chYZ1Y7ypYe+abWIy/QORnWZlzUPHES/BN0Bk6NAlMDMJ0MfQVWPo7AcNfgp3hV5gKjyO3AOw9j2XydaLV46X+DwBffQUwKA59OsgX
        jYpX7gBdflSqjaAbnjbPhWLyrNFqtoQzRquZEk4braZLOGW0mirhpNFqsoQTR6s8CcePVhMkHDtajRPFngMw348Yc/0Ia5K/jFI3YTOaUANtY7MQ
        DYeflq+igDIEq8Sv/6zq5S+aeIN/XP2A4LJVglK4PHVLLLk+G0hP/3UNvULmfYOp6Svk4jxq3SMCPu4iakCu9+mBhzKpKanYcfQCqdYWRtwaRg2j
        R9Erz5JZdzppJVSTsBnAHqPOZLqB1F9D4S6YvXre5yOzXQa5GpE5kRKnw30xB1LiIqxA5vPJjRLJbJz84p/JHEudfI3IGkvJk+mJ+0q0MmPzbcF9
        6NF0AvbD1ktpFNfmlTvJ1SONzCdAtYWT/rwEzR4nK5O6/jEldjBa7dGz7rOkbsjVuxe7061kXjuYbsXGxmzTILYruV7t+UKXG8j18MtRulu3d3pB
        ij1GZiRaljoJT3Ug1fBZsa87Hid+2ANR1PCRCnvsFrJiIareJMXDgL1JrthXSwhDa7V4M+K6uneCsTev7kqqxZvXk7rpLdCwmr4yiO7zQVRdX8iH
        lK2E1Efj6sEDVU0bx5Cr9cP1uzcgldQDVdv0+HMYqZCr7odceuRDmq6bemAdoBvJ/EevEupGrra9KWYcofGr+sD+7yC+qjm5mvXGAvEY+pxBt4FU
        vduwCW3y99ieGIy/wztVNVvHk6qbkEqu565O/VM8mcl/7AlrSY4lq0Zsa7CPStGvJpJrEL2a+NzjZCaKpM3Q5hhflUvNke3NlDE2I+/33Sm6Qya6
        CY/U1aDh/akiJ44jKz7ssWubLZLjlifkjWkxDS6GGQwsVoMkfL9YDZCwf7HKkbBfscqWMLNYZUn4XrHqK2GfYpUhYe9ilS7hL6tUGkIFOpqgIMYg
        P8ID/IiZ40esbD/iyfIjvr5+JCTDj4Sl+5EITRmcqcF+hAb5EWOAH+EcP2JqyhNXqWYNMcNglrm5MVQFzjO7WsDvqwkhRJGKjMIW+8WovxNfE0+8
        /AwXYqUojFgFsS2JOgPndkaN0gQYQ9TiRl/fvG46RDf6oHqW4I0Snw79Hlv/J58gfvQRbP0j9dZfjgXUbSoWhhsOyB5kPfQg8dHQI6ECZ4Q6pwZy
        gtDxRQz5HQBPeQFekqPx++JehPMaOj5UzuWIwyPE7p31S+LjQseG6g0tR8dgnjJlY4sO/DnmHeIuQN42AboYsOs/xaBPnYF0MgE6b+lLq7G3MW0H
        gXVxh4akYloDJFsALaMAGjawyFW7gXXAKW1RAJXyPTEje6Epg0M/AA82NNLVkuC+E28M/QQp111LfHUT4sgoiLeFE98Quh451zQluPsOz43PoeLS
        0IJQzCyhL/0DTnvj54hrOTO/eevkTPqsL/woddeT0uZrKRAoJNIAVFpAFtej/TukLFaIDmgn3FktlLLCURAjWKMGJj63RYpNDPkN4WQ+1IfQirrd
        kIUG1bCD5I4Y3o6xpOLO96XN6Kh6YnqmRji1Eh4Rf5WrKiQ8mKvKJdyfqw5I+GWu2ifhnly1V8IvclWZhJ/nqlIJd+Wq3eJRHQI47EeMSj/CFX7E
        LPcj1gE/4tnnR3x7/UhImR8JK/UjEZoyOFOH/QhV+hGjwo9wuR8xD/gRa58f8ez1I74yPxJS6kfCNGX01XXYjyhN+adhyo4di+V7ObbS5mdwMXJc
        6US7xrj06hVr0kzsNp4+aNH04UiaIM7HJCCbJrl81G+Sazi2A6enYgGbNgxT0GzxCPpg3/FNKtFHoEMV2NIfm+ucWg8biTDtAFKHyCYjHS2WYZ9b
        8TC8Crh7p7DbPS3nBaA2F1vdkeK15MP7OYctTDbColvhF7aCJ4RKe+aAVgXconHYlM+FozgZ++YDf4S71AcZS7DZX/MEMlBzsZAZ1xPVahLNmILI
        KLgwUxGZDN4mg9GB4nodANebxPu8C6Xj4eCA5lzQXwTOshEX92gquOoLF+wspJALL+kL6XMF5FOMhG0odBo7+9PXwuF6ACLA1pM2ILEAftRyFFja
        Fh4Zmj0BR+5wY8jnDAoMBYcHsMcfAGEcRvMrUWgQwul/wt7qffB1Us5Y9hQCYEGbIEdza1ClAnSz0Mmvm8LdkzOaCrB7Bpti6vcdQBko7kSTh+H8
        bcMObUE/cQBlf/kDVgbaDn9uKVy7890xbnUQhww/EsksgXtYgsRBrdEnsPplD7iKA5GxWU4ahlwFEWHr168XRAIxfSOSPQ05rJQDlachO4zkIAi1
        BAI+W4to4U8ibQzpAfirJ2tgNJF4El3fDaH2fRuF0F4p+HwDLuR82YXLICJtp7T5xWqAAoz7PoSL0Mzgq9EEhikNXnE6qG1HzdNwX4+1h2sKqoex
        H92E8l9lsONSL0Lh3E7QLOjFFohh1TxxjCHdHBFhfcgTE8UHsseFj0IzkVAW7VwfXAOysx9wjnIOgOxuhGXocgbyRYLYSdHIPCSWTBcfGIOVhS7O
        2YXI4nsweqg+/Rrn9GwRFGZbJBjC+FUiPAVu065DHnSlXzkKbMRWg9YPkJ3/I87h4Bh0bgnEVopwAsLJ6NQGiGUMnO79o+UgAE750K0oOVJMqqwl
        qCElDY4SfSTUTsJ0p0LW+6CL5/sj4cMP5PIfOjYbQ1OGcTxtOqdrosrF0J0C5M1F+uwkffK3E0KZjR6tFbZOo9kP/waJdcHwYmey5g70CJKrxFAP
        Qk8HlqGFSmhkIYbvQxCTnUk5iE/CnuFTjMF5VJ4n+5yjwvMPMq7YcRRd7wx+X+xSJgrr+VDJz6B1A0Rse8B+OoyhDzp3XAhOgU6nRSloAtOitopm
        /R4ylWorMZjlXn0SB+xR1IdNz0OT522mmTWZNkZjiwxRZmMtLa+nT9WeRF0IdBaI58dBB8aIpYn1g94Zlz51K5V9mdc58ZODvvmQ0BbJDtNHJRvB
        +XSlT+/WydEudHIqiOz13ykth6LIQbPYslA5C/yYXBmFBpSyPul0TnlDNNd/qjr5kUnzPCpVevTJJLT3gOmQFg0e4cyky+W+KPjPEZtx6VKLLH1U
        XQY7EfXfiU4WoGJXov5fikb0wwQzq0+YooObZT5EmyPFrkEo260PF+Wo9mUwDQJifXIcK1ZxAsznIxRlh4GMEetBt7eHab4nsFNyJ5KPIhRdE6ae
        gdKyc+Ysp5zYLstBd5ZcrjUdwXh0oyURTo8HWE4P6jlnxHJuKop/Ekp1ECN3SiYacnicybqja5yzMDm3a6iP52SChtBHWM7F3XGmfMYG7UC5fIRD
        Xc757ygMVCE7E+8gt/MmGP3aZupz6Kc0nyjawDmDFk08h+g+sHvKdFaIQlDJAd+bZNol5yT7bn2wjFGcC/sYipEpy8PAAs+DpR/fB9mfjtQH2xPW
        yRcNGNi+Irbx58FFLiXz5nOmeDyyHw7BzgeIchlwosK0ZxjKaTGm3rJyXXigV8EPUqEW76Z7mHu+o8/yEgObzapXLbFaPj/DPT0XC9/0oftJPfAU
        dkwPPQW6teG7XQ+vrnmy48+J9ya+nHh614vrrA9ridu3gw92I/FNHSno0Jb4XrT8wP3i9bJ2jB9/zHGSxWX+wzOggbrNE0nTuPce4obxzsAZ2naq
        rgFYQbgZhAdfHvBdIf3xK9RNCcLpCm1xEB4SVNIMaqW+hqEaNr+kvPPzBOEqCI+6uBVu1RvjmC731/TEUlXSFYQ3dl46O/fofoJa5weXbHUxnyzf
        J2hzqeLZ4ScsqNb7mgnFMU+RutMB6UxqGAeCOFKmA6DL6kcKBOVyF7MqqETwU1UAx0X154uCGtKKH1DfoL6rPhzzIKkOMdDA9jF1SPmcYtHEKcHH
        d+2J2+k3DNjGBR8OtSFufRN8+VvwiDm0Im6p30Dgkfj1xHI0z82Jrw0cMl1HnIjtRBg2YSFe7BoaEdeD1UTUJ64T7ezjoiReF9sSideWDzWI47Bj
        TJAdRi2YCCzHDdO4GibSOAlWJ7xgexIuWxJJF/4Cb6ih5m1hPtfBjK6RvMABV+BYUkwtkC95gcOxgBlKnox94DCspbO90nnSH78sXK2J20gf/fKR
        WzAdYKLtpX3pp/+AraXclej1D5IvU9T4mrvjYff740vjPRKUxVsS7I03JdgXzxIciL8JG9OYO0hdH5NCqrkzTrVIeS4MFjoeid1dtAyUDEBgsPxC
        CJeBaosNWWCwAq/wZcAkzz9okQEhBgvvYoEFC0k6iU5xYDACp4h+oZB8fRMQlghBThydMsoI0rz7SLV1uoVR7nix5oGxdhdrHdJvAPMtLqdlV9Iw
        SbuClsX+Bg1z+TVLXUab6GItknIXaRBfrDkoZwS05vcQ1MUaI9cXLkglIImg3rfEkCajd4mNiZMaYpt+FbgOcMTOkYW0YvmphdaGejWoC+VqUB/J
        LaUqqjSAUOqhej39rRKEKN9OQohNryZuArydaA6avNGvXTf4takJmk1GmWTQSALeNCBkEbyw43K+Na26rfHf3J51Ub4WE+rWq11dQUKCykX5p5sb
        5cXq3dHqVvN6OcSVe1IOaI6o5zqANi0QbdMM3kCba4FhVBUJMJrDots1hz03lbv+YaEw4pDQ9og2Qm6IA1A3rBGMIFFAvXCACA3qAzQIbR4A4R1Q
        rSHIhzhAcgXUiWxLKikcbNQRUKs2iMY4wJAoOGhQE4zHxRtVAAzViQVWIxa59WIRDU9CXbcAl4W6V8tFJ7q2uQCwa1+LNrzNkNZcA4yQIg1gbeo6
        AXBJMCk1Qw2jGWp4YY2qeQu0a8AO1fXXXqeU0QLadj1MQbVRsti1aC4AlF0tUY4dgLouTCnKjVVSsRflfALahaDczWYHASjS0SNRTxtgbVD45jYo
        3O56YDdyW8FE4l7kJoeLsEXiyZHSj2YgYGP+VUY7RI0bETW8iHoNgHBL2m3RXjDplnQ/TubkUFMyWkqPRBB2M3CqTJFQM82zvB9jVGtHHaTnAJEe
        1EjxtZe6InEZgHoyoInetkKqQxPVpC52M2o8mwjMHdwe86R5c9vWUWQ2bta8KZkhdWvIebN5tZvMGrEhLjK5SUPUqFfXR1HJdX1b4wfEo9Kn8fnx
        yP00fku8ZHtaNP84fkR883btQa7pEl7P7WNonrh1/iteA/1hS32/Ya4TU1tXkGHEyWkmbXxXuy+H/qH9gtedD9Wcdy9zi5y6Xg1DNXQF3qb4X40o
        OlSkS3O3DfqLqosgfVLlKb7k52qKXJJI0K0i70a462Bh17uXa/ngCgq8M3deyNTVEJGbiN7UiW1cfPNOmboxbe+I3x3PvAtLKvPnWFExwcOmv8Ci
        SvprzD1YVzEHYN75Ekur8yXo/vhyYImN5P0ZhzzpfGQqX58+5f8CNfAV6jP6S1TnKNX/yMbkIr+Vr5Dyz+JXgsa/DQ/7t9G/hH9lt3sSU5IDnoaO
        O+APmLoAuIGshO1c1D/+X3pB7f+m34DJjoGcqRn4zjQOW2GlL8ROvOjNaecAcpfeTC/8n/Bi1ePwgch3PYn8c9S/6xqQeek1IHVJoV9JMWlKiv+W
        Mg9nudm3zKunr6w0pOZD5AdDgyqOisA2eEg4fd/faVU+La6w5BSG9SXBvnJS31sA/hvtlDn1GtG3r+ltbK4cF5PeuSp9GnMIJQ/j+StRe32yhfK9
        iOafhMUe2QNOVsgpylyJfvMtwAkBo+VA7JwzW/eHtAfjGSNFhp0MCwzCQ7qFdOHklzyXvu++bRryVk+jwHfT0c4HzE7HBn0vNzL3RXK/Qus25o43
        hXOTq/vIlxX67u0Yk1d69Pfxx5nXuMQNjWSO8pwjPq30Dd2fLc4J8049wbxpn8vxtlTNhCgs2QkxpK5NiCXVDG64apGQ8AQPILDBM2kGuJwOPEq+
        4pkhQS5iMRLMoJiVJn2xJux/8LXYt/7dvPFlLOx/BGP/FaE5nVJkKT2pqKCp5cr9DQsuc9liv0FWb/0P16XgLqiLZ9xf6ybLufa/kZmLGkXUJM9/
        Dxv/z9r+//L2v7z9H8KbvLPNMZV+vfnP1o3U700uTV/ejWhWt38djye7Eo3sFnB34/XOF/89+78c/y/H/xdw3Fa7DJ+H/Uc8/v+Q2/saKosLfDZh
        ybk+NdVsx+gvdoK3V0l6lxShd7wJ+pWwpfcpHOhvSGDb+RfnbXELohdYPsIjD1MbRS1Z9lFXJMnykbGfHpwVJo+barnEcWnPZGsvR8ozuZ3CShKl
        GFMaCg2jam1V9SDgHv1aW1WMM73M9B1VCSTw5d8FmTDZ/6xALHkdfRnx/idIrTV5SLy8u/j1jzE5Po44oaal3PqIvFULgDYtAdq2Bmh/A0CHdgA3
        3QhwS0eA224GuP1WgDvlC5O77wC49y6A390D8MB9APLKnH7/IMCjDwM8/gjAk48BPP0EwB+eAnjuGYA/PQvw5z8CvPg8qZ0rqPcKypCThkkC5P0D
        dqhXQRgt/pXrHCfWdu5huuRagOG/MMDJtbRM9LsnXyOuFdKJD6yUT9C36BfHYTS7RA5hoQ3DwFn/HDlZrEjFlv1qbN3lZs53xXIsgNgZzDvp1xAN
        vI5o+P1E51sR/XwDUQl281MeINogNy7W1ica+hzRt3Ib4psooiWvohQ6mobN/IzH9Kvw9H5g+OP1KPDtTViaMeLTOxBtmyH3koRG2R8wkaD4QbmR
        cuKvoFNHzyI7MY30lqONLJjQ3GPkUt9mqPllNKdMjhMOpx6Sj2ZPdPtGPps9PIcOzZHkDen8sbzapvPr6Kd1+svZ0dxntKQM7k8D9YeyfXdQnx1Q
        0Aw5/N183fho+nnTr8k684yirALnfFq+/f8E/PT5GGAMVX1uKPe2bnJSmhHt70RUUIL573P5jCNM3yaAbW7YhNjaVYiXva0PWM5JwiEBIDMP1rHS
        1k1sTwP47JdI/WXhx52dS4Sx+t6Sj2g1IuVdtIG00R8POnN9Q/1xZoQmcL22uKp7EaWlaOKHChjVJ2/re0VZe5FwfE+oNjTE5fbdJ85VmFv0QZ7c
        a2vlfCtZX99cMXS5RrqBusiHdzVePhDF01/pL0U+B7uboFgrTN03sCB3MUWy/us7J06gvYPHQ3Un6uoLDyAmX/TnfB/q3Bb66btQ/Z0llpKxchMO
        lY/LJAcxjBjk3CICI0PPolS/M6Gapbq69IZziC0450hbLvnsR8dWyQ2moiFO/cnOtbO576HAqnSAEgHHe4fpdw0Q3gZnGvxKzsXGyGXJxzV9yPx9
        md2LJ4cDE1A5ggKnkOjCoCGQ97TBABWDnKPtLzPQ/kf9nZsZi0WrDxxCtTXy9fDxfs4ADZTLk8cEvKyH6nYQQuPvS69vhKgkTBsp17RGAKRXfean
        9JetjfWVo1p65J/TUY8erlhHijJ4GBC5YHpGrnqNHQ/QWy4/klYZMfFREwIZHyIGu/5erpOclqpXa1W+D1OExEpmkT4PXD4TZT+dDjATfOwBR1+K
        9Z6A2dEHcg3lLqj101oqO2H4cv01DwvjNFldzuVUfbPbnagG0b4FoPPdfkjlgNxy+VoYUloWW+Yh5yMBe5B4GInfLJabtHIPVvgWY5M/iHpaigwU
        8N4yuasmws1ZguiUxQD9JbpOwNO6x/LGZxnS+8Bs9mK621UoRiiW+OOKMK0eov17nU/DYSKvaqSutsv8IpT4TIqdBjf/gKT0fUCZR7EyD5X7h/NW
        hzlHp/tWOLf5Bkoot8Naa+3qJ7pVucEZbVur8YmtEMaKzQDL5VjxfaEwbp10R+YN58vfE5ukjwIwJCu3ISwCBwu3OR9XfyR/PeSkgM8/c3Rt3E5n
        9K7WKiFX2/ZIymAZ9sllou1fAEzfA7BaonvnQ1HHzgXIqwjTH1DLBcOBqyK0Se2Wj8TOHwrT9vuA1q8ZlWGB9yswjoly8XOyDFM/AXLkPGAT6o49
        jlI9HcveKrcP++5A6vjvkJolJ7uoeuQUwgK5DSr3wfPKnc+jMS2Uym3vnc7E9a1cj9t1EHnbKkBg/S9hWrtWi1zzv0bKF1LgoHwvP0g0yKv1NCcb
        WrU2C2C1JOYcIX24LTPZRLmjWPlThNbvLyRMOw/w0fsonDUQYKvcw97gfIk+c0i4cwXyPUEGDQM4PhRgr0z/Q4qAFX7nvyJ4XJAKuaX4gVh0+cII
        rVKr5b4obH1xSahmfBGG9KvZchNXLNPWs+ln4iOcW0GBT3B/TzR7ImjPEdDJ+XBcvucb4v8M/VHnPrR8KHnMqYTpedFE//XxWfI2Yxzm4ZxfnEzM
        ApWFyPzkQ+nDNICx0yK1KU6YgbAYRT6dA2SDTNXxgVuDMnC3Ojc55RY9O696+jqTxx653DU0i/VKMVDCTf0cty2rAPTHLwnXc/BWuReZ3R/g5y1y
        V39glPOB/eYNkVoo+QPlDQY5tzFzodZTV4WLNYbrFW0ROepxogTxHWXI/lb+skId7WuXyf+VYIjE5ertotJwzdeCHTIkzh+uKdwNfIqAQnSnyFnH
        lyLvrEvvTjZ8iaw9nwMcmYecNbL8pUnaxAFgrXCh9Fh08oB82LimEhnyGcSucc6fPdgu74S2yx9VmDcFKeumRcnbjnCts/BsRp0Ol2lPWpC/GXF0
        KTt/BKGNvo77pTgSaz5ClWVpoFVmOpeD96xkrZWnVolA30fOrM0oM2oLwGDTuVE3a6BYwVq5di5XaH1azs4n3vdC1qMjBrnTrAo97/ynfzCmsqBf
        pV4zyqr/Nujfr6dc9nfhv+DUK7FyQsNLi+koV49eKFMZhH+t/4TG4erIbxPEUK4ez+aLOA2O7r1CPy6VwEV1UbFcIz5MByHYKoZRODQsEgYSjX8x
        WCpjOY7jqSbrahx1z5VYrkv1qH6LWph36jg4NlUNq/FRcYUOlFFk4suXo6kuKe6kcFDVRo3qVVyuZ8E9DkYuav5SWIG5puIKwqwgXxnVDErkKw8g
        X6HMNQHOOlZcXgeb/vog/mZT4ssK5VKyzpBVXEGC1Wl2dEd6zaBCf0G8RQXdhOBN/5NGOvA8Ss+8jPANL3kjvb28b7xCr5A37FXS/17vgiXRG9ad
        9L/7dVO1y4Rl3k1te8ulfM4gK13fztc/lR4QpNcJby6jt9wM6o+U0RZXgMHFbqTU844jr11BG6Hcg0THNcdlTnC3t8YVBKbKqMVvNiAu+w9EdVHK
        y+4Ib3LFFUfwBrB9ozsE8Hb3yAtDeGX7DUrh4ImNXGXkriBTF/z4sqxchkXMTDsDE2nFf++vUk9B5br10sCsGTDIrf6BJapeKSgFJUx/pKwqr7qA
        fokLVBxA3uf/zR2aZZbq7lTq2XWf/P7mIc+OIw6vv1KzgYYPaziMvVd5R5C39n+Kh/aBzl/l/ZM71HviwixU5p9CrcDU1Nr7A3kXjKOEdKvity0h
        AaXZ5C6jg4jlXlRlSKheHZtUOAPh8k516BSZQYUyHDZGXWZtrd7o9UGJq8h7tTfc295L7jsDNVrAZG523+/1uV9F8kLsiLwPuwkTT83LdcesHt1E
        XtMdX0Evouo5uO/ud72pgJ29AzCxuPvI7OJyjyXvo95o7++9U5W3D+sp5/fez0ddsLgOl2up0GuRNQd774+b7Hb2vfoP5x/QeNDPewVfRV1uHOoF
        pQyrwpbX+tX157f/1JXpXESt72Wpn0HqTUHx/fblevbGpVXdc9wdCqzyLPjcVomGB7JIpVnnyehtpbGRbqWz0cfKYCPDOs9GXytdGZnWBreRZfVl
        o59V3M3ItrLYyLFGWMZA67xlfGClu41JVlE3Y4p1vosx3eqrKNNKS0VaRqqxwMpKpd5IA+VsITVAoe5gZUwDFZTLSUV0qELhQalIG5FqzLHGSLWh
        qZQmTfaW1lBXuDrWDVyNUuBqnJDKU+AqR7g63A1UZqpqDFV0A70SNxiaqkB0aqox35qZiibnC0OlFoiiRoaVnwp6c4VevrBWZKHaEkXpVoGkLUpF
        G8uFydlCtECYXJlqzLXWXIa/IqFXLPyVSN1NVfydF/5yqgssvTtY26DAVUkqWtuuwNUGaajQQu4maWingiC2aXaFtQMipu2SsVd6tE/EVCa5B1LR
        WoVI/LBwtd0CV4cVGAJ/mdZRIXpS6p6Qusek7hmpe+oyXciRgT8rXTgvXSiSgR/g70J/K90EqQzpx1npBzoz2spzgfLZbujMEgu8ZHVFtZyu3NvK
        MDUmPTdR45zUSJOeD+oqo2+CgxFdUWOAicYHS+FRUniUiSLjuhpTrWw3yuWaGLLZkjFBMuZLRo5kjDHRj4KuoLKoK/qRJf3Iln7kSD+mmujHTFOG
        1gx0Ia87dDffRD+WSD/OuYLGY7S1SPoxrrsx2Srsis4UCvnirhieoq7Ux9rYFblbpKFtXdHQzq5oqFB43tsV5Esl90BXcFou0Uopl989IFiUg250
        F11zo8ZhKVJkgqHC7qi2pDtkUCQyOCqiKxbWSqSrJ6Rvp7q6L2+cK8U418j45lQZZ0aVcZZK31ZK39aINqWJca4U41wnRlfcBWklXUB+Qxc0vk4o
        bxRSW6Tudg4Y56YuiO5kFN7WBWmlXSCSvVJtZ5dLNWe+GGeZcLVPSJVzQPlni/If5WoMTRfjzBLjrGQQrewCOR/tgiZPCkNjxDiPSi9PdQG9E0Lv
        lLCWJsZ5hmEuZyXtdBe0cV6YPCZEzwqT6WKcfbVpdL2UyTSx0AxR76wq41wp/G2qLrA1os85YpxZYpy5StsvWNPz1TlX1XylnKkKPEuRyWJluZIx
        QawsT9gYJ7mTxUKni4XOFqPLFQudXWWhc4XoIqmbL3XnS91CqbvkSha6XLqwUiw0rcpCV4qFrhE2SqQzy6UzK8VCy0WblkuPzricSQZDmwoLdWYp
        aXyTzJ1FUqNYur9N2NggfSsV7rfI7L1dCpdJ4TLhFLPPVGujjMdume+PyTxZ0jUwS52U3E1WYKo6K505nXqpmVbKeByVzpxQgX6UixafUujMGT0h
        B4/MaOu0dGZfN5jpuVT06JyQzxAzTRMzHSCGOFgGfqiY6Qgx03PC+AQxujFdQblYikwWW50qaTOl8KluARGfk0FJE1s9ZRl64vFryTnhaqXUPdMN
        IkkTg50rBpshBpslXOWLwS7pel2ald0L9Apto9jK75mQZq1LRXRNKihvSQWpjamcYS0yQeWwgKMyVRUIlv4OVuKjUrhSCp+SwidSXZge3nGlSX97
        y8TdR/rbT/rb2zr2DurOdYHJk+9QhjXdhVHdaJppMnv3tk6LdE+KEM8q2E62EOgrBAYL5QHCxmlZdmZL43NNPfMDW9MZbMyVwjOl8BIpnC9spAkb
        RZJRKBklklEsCjJf2DghE+0iYeOwyTKtg42VwkaBsLFI2FgubJR1QdruLiBQ3gUE9slccklaeJqV0VkGpTNVYe2gPoLlSJofC820hnYmAa5MyRDg
        7m1N6EwaZAVATKZV0LlBmnVGqp3qLIP8joxqZ3FT3qErZYSlWacl46RknO+MjLOSkS41Lp/hzrHeaJlhmRCDeWOG1Z9Ig75W5ZsauPx5L+RYa/kX
        WU86gUwNSGhLJ5jBpk7GEOvY68ZQ68TrxlprZycIsUJK1ER63zeQnvUG+5NqISlPkia/gaKHOyE9/S2k1wGxtLdkCe+EEWmIUkVSauUbEH6+FEhC
        0jZJ2v4GD7Vy30Ib2ZJ+LSpmScW+b6FiCApUvoG8PMlriTrnpU7am2hs6ltqrTWoE6+1ZncS7/ENlPBKs9KH82+i7Djpw4TXYQLZnVAhQzpyVoqF
        I3OJZBa8zv6kSOFHkrZL+XFSfkSnQGY0yM4XsnMDvQmIp9gq7IQunZRSCUhPF/Yy3uAhVkknYOukycOSGSEGJiSWdNL9GmLlStERb4BEsZawlPIh
        fa6kz5f0UuFieycM0CCR9d+RNEpicyXWGrGCThDBxk5mb0tWOrNVlsW+vrLAZGGBUb2teuhAE8eBzrKSMfY79YqooI4DFAjJkA+VmU+SRyhYTC0z
        yxqkoCC5ktwEyaNkFhynTME0YKx3rPpaxVKphNHMLWimjeMKZFlt0cwIQTYxmtnCaOZeNLOT/c2UMpq5HZS2MZrZLcltkIxVuz9WbVMwDdDMSvai
        R3UHQlvxvIAegqIZ7g+L+LMQr7E9xG3sCFENtofcxXhSt4dwJB61PaTJZ+byKPbgUXiGUlG0x9gV7UtTRbEeY2csG7tiffftijNbFcUhIy6EEL67
        M97stqMmu4tregyExs6apomwZ1ECyiSgTIJnMG2oxcbmWpbxZS2fAr7enFuf99VY3Ib5osfE0+RC3CQ8CvipgAUm+kN3phWCeSOkY7oVD4FcQ/4w
        Lt2qDbx2NOKS1jLNMjH2Hox9CHQjTaR7UcKvg39R/UDovkLcT24f0SUJvw7+hfWDcfd/kP5b+hNcz3MF2iLCi3lOE9Z+DfxX62NmI3OtNYY8a62j
        1H6txd40qzYo1AWF+m7Em+MBy7ci7WakdRysCqwYLrCi8LTCXtzFzmM3K7DYhQf5HI8HaRxXYPncDm4qJ/+WGKdMPPbu8aFIJycvEIaQ86wjDVwX
        lfAVWHmSk0cR4MMCfUR8oO9BO50o6Pmg1sjnx5Br5PPM/8SjgnA3HmPU86b6D8KGCL3/XY3FjHw+goIeG+ljVqjCiSazAB9ASA5NyzNdGgwzi6aa
        mICmmr6TPH+GaRmFM0zT+GiG6fuF5s0yTQ3OWfPzTczuE00jutYf6ZaIh8MjlVLMjLps1DCuNRp7ssi420gm5Yqsn0weo7GhXFFGvGH7aptWLIei
        sFHLjPMOJIowwo16XLtVy01sGm0omixOCDcNLymKM0CQXfpPSCgyPayUYVGsxeRWTq6Sf/JXExA3fS6DrQjblFqGaTj5FtnATfmrM6YdcYGuIhd5
        GbVAShmmColQhhscuFihtmLFJnuRbkmah8NCQ1EXlNAHtOYB5rLk/31gR6pL07ECBedEKjdpKm4nNZprGj5D7jyycqM1b6Rp36jqNkLLJA+7XIZQ
        Yh0PA/cWcDfZpBrcYyS6aiuvkWREEDdLNCz00YMKte5I9l5NrJ4x7zAfcXmMW1DDRR4NG2tYPyjFA/rxRiClsRHjqtPwcfsH01OXfx8WZnh88Z4a
        Nho2lP0c2zUiDNv1lLvpDt9YUs+44shNyXImKgziX31qY2AUyW3EoJs+41HFluXyUu2I6Dq1YzpQhHW9vdJs3jg+JGYCGfJ/8TJeJruLC23XMRoJ
        Dywj3BpSCY+ooz6wfoG/97S9i2qGqluNJ+gvZhP1R6PJDddxUsg1/IBqbnRVL6I7S1veM20SPTXAy20LwqY88cy826nDUPLYllnLEIGJcrxe/xiH
        30o3uK/jyHCXHQ9tiDFcyjKyCGqzgthN8s9kSMTr+cVV33DZtRehe8kLhqsfyNuYF9NE83Eos3zPCKUxQoVhUL4N7HshxjqIoTUQ+IzVJFYtf36w
        9FOenkfjzS9t9fMv6jc/Btd5/ufzqmGRrZkPTbDMZNGCmpYvkflFcEgxJoeiXMKjSSHG3ubGgCWIeDkEuqr//DC/2vAwR9+sWjcJ6WxyX6rkW2u6
        azaHaoLHWK7L05kj6zwLvbXCKdz0GTlkhBhijBzNTTnJTifP7ZykyB3eMAlafBUbZ9G3VqbyKpiVV4VEyf84h1QNhoqbyiX/jxCIVO73umxl2S6X
        k6f/ioaLayqWWhxuSHm04+SZoCd/NBNaY3mjL1CUvxNAouhVNH3RBrswW+l0uQNssunWUwIwZtuIsMOZkcKxkIPpUbXJpSkGUjAlyB+2IJ8ofnBe
        uAsNCgWvkxppxrEHYre87HZHc2gzplDLG3IV2pUJBpOD0hUMHVegaChI3edVlBinEiQdVRvUEINULd3sUkaLBhgXEm1xG564e5LsxspwPWWlWA+7
        Lb4JNZRMFIBXaVg3KMVCWzJeDn4VR7lrNXo09HvTrmk9FAG3MzzSJF9keAhzRBuPmylEhsOb7HU/4W282zeaYK01lEsl4XE7Rsp1VSs9aMxYIZXL
        hSpsRRkvYH7pQ6LRXmSabqewzOaWiV9c4kJ1ey0jk+8fE8sJHo+pTNdjkOBTrKxk17Oc3O4aM7FOLbNFhO26jru4/oxuLG5535RJ9EyO91TYpCf2
        RMxppdrnkhVqZnugjCFPmi4l/3iyVZdVaMISSlJJC4er78m+yuxgeiLJU8fVbJL5KN8pMwVUQ7GtWSK+BeJwoxe19PRsmBZvZddEXvrQzk95Zh6N
        NQ/2b+63pv8PbaY0cQ==
        """;

    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<int, int> _classes = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly byte[] _bytes;
    private int _at;

    /// <summary>Reads the tables.</summary>
    public UnicodeTables()
    {
        _bytes = Unpack();
        ReadDecompositions();
        var character = 0;
        for (var count = Next(); count > 0; count--)
        {
            character += Next();
            _classes.Add(character, Next());
        }

        character = 0;
        for (var count = Next(); count > 0; count--)
        {
            character += Next();
            _compositions.Add((character, Next()), character + NextSigned());
        }

        Unassigned = ReadRanges();
        RightToLeft = ReadRanges();
        LeftToRight = ReadRanges();
    }

    /// <summary>Characters that Unicode 3.2 does not have.</summary>
    public IReadOnlyList<(int First, int Last)> Unassigned { get; }

    /// <summary>Characters that are written from right to left.</summary>
    public IReadOnlyList<(int First, int Last)> RightToLeft { get; }

    /// <summary>Characters that are written from left to right.</summary>
    public IReadOnlyList<(int First, int Last)> LeftToRight { get; }

    /// <summary>What a character decomposes to; empty where it is itself.</summary>
    public ReadOnlySpan<int> Decompose(int character) => _decompositions.GetValueOrDefault(character);

    /// <summary>A mark's place among the marks of a character; 0 for what is none.</summary>
    public int ClassOf(int character) => _classes.GetValueOrDefault(character);

    /// <summary>The character that two compose; null where they do not.</summary>
    public int? Compose(int first, int second) =>
        _compositions.TryGetValue((first, second), out var composite) ? composite : null;

    /// <summary>Whether a character is in a table.</summary>
    public static bool IsIn(IReadOnlyList<(int First, int Last)> ranges, int character)
    {
        foreach (var (first, last) in ranges)
        {
            if (character >= first && character <= last)
            {
                return true;
            }
        }

        return false;
    }

    private void ReadDecompositions()
    {
        var character = 0;
        var target = 0;
        for (var count = Next(); count > 0; count--)
        {
            character += Next();
            var targets = new int[Next()];
            for (var i = 0; i < targets.Length; i++)
            {
                targets[i] = target += NextSigned();
            }

            _decompositions.Add(character, targets);
        }
    }

    private (int First, int Last)[] ReadRanges()
    {
        var ranges = new (int First, int Last)[Next()];
        var last = 0;
        for (var i = 0; i < ranges.Length; i++)
        {
            var first = last + Next();
            last = first + Next();
            ranges[i] = (first, last);
        }

        return ranges;
    }

    private int Next()
    {
        var number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = _bytes[_at++];
            number |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
    }

    private int NextSigned()
    {
        var number = Next();
        return (number >> 1) ^ -(number & 1);
    }

    private static byte[] Unpack()
    {
        using var packed = new MemoryStream(Convert.FromBase64String(Packed));
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        zlib.CopyTo(bytes);
        return bytes.ToArray();
    }
}
